/**
 * What happens to a socket, for people and programs that watch it: events, one by one, and numbers.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.monitor;

import org.jspecify.annotations.NullMarked;
