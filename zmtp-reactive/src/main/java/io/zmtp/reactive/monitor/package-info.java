/**
 * What happens to a socket, for programs and people that watch it: single events, numbers for metrics, and a log that no
 * peer can fill.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.monitor;

import org.jspecify.annotations.NullMarked;
