/**
 * Sockets for code that waits: plain calls, on virtual threads or threads of its own.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.blocking;

import org.jspecify.annotations.NullMarked;
