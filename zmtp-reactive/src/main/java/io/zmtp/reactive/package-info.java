/** The vocabulary of ZMTP: the values that every other package speaks of. It depends on nothing but the JDK. */
@NullMarked
package io.zmtp.reactive;

import org.jspecify.annotations.NullMarked;
