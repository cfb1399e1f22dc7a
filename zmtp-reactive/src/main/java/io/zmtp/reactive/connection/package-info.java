/**
 * Connections with one peer: a {@link io.zmtp.reactive.connection.ZmtpClient} opens one, a
 * {@link io.zmtp.reactive.connection.ZmtpServer} accepts any number, and a
 * {@link io.zmtp.reactive.connection.ZmtpConnection} sends and receives.
 *
 * <p>Demand is the flow control. A connection reads what a subscriber of {@code receive()} requests, and up to 256 KiB
 * ahead, so that PING is answered and a close is seen. Then it stops reading, and the TCP window closes. A message is
 * accepted while less than 256 KiB wait to be written; above, senders wait in the order of their calls.
 *
 * <p>A connection lives on one event loop. Its methods may be called from any thread; hooks and signals may come on the
 * loop, so they must not block.
 */
@NullMarked
package io.zmtp.reactive.connection;

import org.jspecify.annotations.NullMarked;
