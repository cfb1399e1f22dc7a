/**
 * One peer: {@link io.zmtp.reactive.connection.ZmtpClient} opens a connection,
 * {@link io.zmtp.reactive.connection.ZmtpServer} accepts some, {@link io.zmtp.reactive.connection.ZmtpConnection} is
 * one.
 *
 * <p>Demand is the flow control. What a subscriber of {@code receive()} asks for is read; beyond it a connection reads
 * ahead 256 KiB, so that PING is answered and a close is seen, then it stops, and the TCP window closes. What is sent is
 * accepted while less than 256 KiB wait to be written; above it senders wait, first come first served.
 *
 * <p>A connection lives on one event loop. Its methods may be called from any thread; hooks and signals may come on the
 * loop, so they must not block.
 */
@NullMarked
package io.zmtp.reactive.connection;

import org.jspecify.annotations.NullMarked;
