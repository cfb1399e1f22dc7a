/**
 * What is between a socket and one peer: a {@link io.zmtp.reactive.pipe.Pipe}, the queue in which senders wait, and what
 * both need. Internal: not for users of the library.
 */
@NullMarked
package io.zmtp.reactive.pipe;

import org.jspecify.annotations.NullMarked;
