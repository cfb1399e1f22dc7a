/**
 * Tools for tests of programs that speak ZMTP: without ports, without threads, and under virtual time.
 *
 * <p>Two connections that are joined in memory. When a call returns, the other side has already received what it sent:
 *
 * <pre>{@code
 * InMemory both = InMemory.openNow(
 *         ZmtpClient.create().socketType(SocketType.PUSH), ZmtpClient.create().socketType(SocketType.PULL));
 * both.first().send(Message.of("hello")).block();
 * StepVerifier.create(both.second().receive().next()).expectNext(Message.of("hello")).verifyComplete();
 * }</pre>
 *
 * <p>A peer of which the test decides every octet, for a connection in memory, or for a socket by a port of the loopback
 * interface:
 *
 * <pre>{@code
 * ScriptedPeer peer = ScriptedPeer.inMemory();
 * ZmtpClient client = ZmtpClient.create().socketType(SocketType.PUSH);
 * StepVerifier.create(peer.attach(client).flatMap(connection -> connection.send(Message.of("work"))))
 *         .then(() -> peer.handshake(SocketType.PULL).block())
 *         .verifyComplete();
 * peer.expectHex("00 04 77 6f 72 6b").block(); // or peer.expect(Message.of("work"))
 * }</pre>
 *
 * <p>Sockets meet without ports by {@code inproc://name}. All timers, of connections and of sockets, are Reactor's own
 * on {@code Schedulers.parallel()}: heartbeats, limits of handshakes, idle connections, linger and reconnecting follow
 * {@code StepVerifier.withVirtualTime}, in memory and over {@code inproc} without a thread in between:
 *
 * <pre>{@code
 * StepVerifier.withVirtualTime(() -> ScriptedPeer.inMemory().attach(client)) // it never writes an octet
 *         .thenAwait(ConnectionSpec.DEFAULT_HANDSHAKE_TIMEOUT)
 *         .verifyError(ZmtpHandshakeException.class);
 * }</pre>
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.test;

import org.jspecify.annotations.NullMarked;
