/**
 * Who the peer is: a {@link io.zmtp.reactive.mechanism.Mechanism} is the conversation between the greetings and the
 * first message (RFC 37, section "Security mechanisms"), written as a chain of {@code Mono}s over an
 * {@link io.zmtp.reactive.mechanism.Exchange}.
 */
@NullMarked
package io.zmtp.reactive.mechanism;

import org.jspecify.annotations.NullMarked;
