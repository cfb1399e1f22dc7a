/**
 * How an {@link io.zmtp.reactive.Endpoint} becomes a Netty channel: {@code tcp}, {@code tls+tcp} and {@code ipc}, through
 * reactor-netty; {@code ws} and {@code wss} are TCP and TLS here, and the rest of them is in the package {@code ws}. The result is an open channel that does not read yet, and has no handlers except those of its
 * transport. Over {@code udp} there are no connections: see {@link io.zmtp.reactive.transport.DatagramSender} and
 * {@link io.zmtp.reactive.transport.DatagramReceiver}.
 *
 * <p>Types that say "internal" are public to the compiler only, and may change at any time.
 */
@NullMarked
package io.zmtp.reactive.transport;

import org.jspecify.annotations.NullMarked;
