/**
 * Three JVMs of which one is killed with {@code kill -9} again and again, and what was promised is checked:
 * {@link io.zmtp.reactive.kill.KillTest} is the program, {@link io.zmtp.reactive.kill.KillProgramTests} a short run of it.
 */
@NullMarked
package io.zmtp.reactive.kill;

import org.jspecify.annotations.NullMarked;
