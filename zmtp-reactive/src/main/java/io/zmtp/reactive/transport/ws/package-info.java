/**
 * ZeroMQ over WebSocket, {@code ws} and {@code wss}: ZWS 2.0 (RFC 45), between a channel of TCP or TLS and the octets of
 * ZMTP. An upgrade becomes a {@link io.zmtp.reactive.transport.ws.WebSocketLink}, above which all is as over tcp.
 *
 * <table>
 * <caption>Where RFC 45, libzmq and jszmq differ, and what is done here</caption>
 * <tr><th></th><th>RFC 45</th><th>libzmq 4.3.5</th><th>jszmq 0.1.2</th><th>here</th></tr>
 * <tr><td>offers, in this order</td><td>any; the example has {@code ZWS2.0, ZWS2.0/NULL}</td><td>{@code
 * ZWS2.0/NULL,ZWS2.0}; {@code ZWS2.0/PLAIN}; {@code ZWS2.0/CURVE}</td><td>{@code ZWS2.0}</td><td>as libzmq</td></tr>
 * <tr><td>chooses</td><td>any offered one</td><td>the first that it has</td><td>the first, though it speaks {@code ZWS2.0}
 * only</td><td>the first that it has; a server that chose {@code ZWS2.0/NULL} and begins with a message has none, and that
 * message is its routing id</td></tr>
 * <tr><td>routing id under {@code ZWS2.0}</td><td>the first message</td><td>with the octet of flags</td><td>likewise; as a
 * bound ROUTER it takes our READY for it, so peers of such a one need routing ids of their own</td><td>likewise</td></tr>
 * <tr><td>socket type under {@code ZWS2.0}</td><td>unknown</td><td>not checked</td><td>not checked</td><td>not checked:
 * presumed to be one that fits ours (for DEALER a ROUTER, for ROUTER a DEALER). Only the types of RFC 28 to 31 take
 * such peers</td></tr>
 * <tr><td>CURVE</td><td>none</td><td>has it</td><td>none</td><td>has it; BLAKE3ZMQ has no subprotocol and is refused</td></tr>
 * <tr><td>subscriptions</td><td>messages that begin with 01 or 00</td><td>likewise; within CURVE commands</td><td>messages</td>
 * <td>sends messages, takes both</td></tr>
 * <tr><td>heartbeats</td><td>none</td><td>PING and PONG of WebSocket, in clear, without payload</td><td>answers PING, as
 * browsers do</td><td>as libzmq, with the context as payload; the TTL of a PING is not sent</td></tr>
 * <tr><td>fragmented messages</td><td>of WebSocket's</td><td>refuses them</td><td>reads them</td><td>reads them, writes
 * none</td></tr>
 * <tr><td>refusals</td><td>400, a close or nothing</td><td>nothing: closes TCP</td><td>closes TCP</td><td>a status with a
 * sentence before, and a close code with a reason after the upgrade</td></tr>
 * </table>
 *
 * <p>Close codes: 1000 when a client closes, 1001 when a server does or nothing came for too long, 1002 when a rule was
 * broken, 1003 for a text message, 1008 for what is refused on principle, 1009 for what is too large, 1013 for a
 * peer that may come again.
 *
 * <p>Types that say "internal" are public to the compiler only, and may change at any time.
 *
 * @see <a href="https://rfc.zeromq.org/spec/45/">RFC 45</a>
 */
@NullMarked
package io.zmtp.reactive.transport.ws;

import org.jspecify.annotations.NullMarked;
