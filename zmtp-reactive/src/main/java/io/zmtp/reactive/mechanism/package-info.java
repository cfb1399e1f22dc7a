/**
 * Who the peer is: a {@link io.zmtp.reactive.mechanism.Mechanism} is the conversation between the greetings and the
 * first message (RFC 37, section "Security mechanisms"), written as a chain of {@code Mono}s over an
 * {@link io.zmtp.reactive.mechanism.Exchange}.
 *
 * <h2>CURVE in three steps</h2>
 *
 * <p>One: make a pair of keys for each side, {@code zmtp keygen} or
 *
 * <pre>{@code
 * KeyFile.writeCertificates(KeyPair.generate(), Path.of("server.cert")); // and server.cert_secret, for its owner only
 * }</pre>
 *
 * <p>Give the server's public key to its clients, and theirs to it. Secret keys stay where they were made.
 *
 * <p>Two: the server, which knows whom to let in.
 *
 * <pre>{@code
 * KeyPair keys = KeyFile.readPair(Path.of("server.cert_secret"));
 * Set<Bytes> known = Set.of(KeyFile.readPublicKey(Path.of("client.cert")));
 * PullSocket.create(options -> options.mechanism(CurveMechanism.server(keys, Authenticator.publicKeys(known))));
 * }</pre>
 *
 * <p>Three: the client, which knows whom to call.
 *
 * <pre>{@code
 * Bytes server = KeyFile.readPublicKey(Path.of("server.cert"));
 * KeyPair keys = KeyFile.readPair(Path.of("client.cert_secret"));
 * PushSocket.create(options -> options.mechanism(CurveMechanism.client(server, keys)));
 * }</pre>
 *
 * <p>Either side may bind. Who came is in {@code Peer.publicKey()} and, if the authenticator said so,
 * {@code Peer.userId()}, of each message received.
 *
 * <h2>Other keys without a restart</h2>
 *
 * <p>What is given as a supplier or {@code Mono} is asked for at each handshake. Connections that are open keep what they
 * have agreed upon: close those of a peer that has to go. Suppliers are called on event loops or the scheduler of handshakes, and must block neither.
 *
 * <table><caption>What can be replaced</caption>
 * <tr><th>What</th><th>How</th><th>Test</th></tr>
 * <tr><td>The clients that are let in</td><td>{@code Authenticator.publicKeys(supplier)}, or an authenticator of your
 * own</td><td>{@code CurveMechanismTests.looksAtAListThatChanges}</td></tr>
 * <tr><td>A server's pair</td><td>{@code CurveMechanism.server(Mono, Authenticator)}. A client knows one key: who still
 * has the old one is refused. To move clients one by one, bind a second socket that has the new pair</td>
 * <td>{@code CurveMechanismTests.asksForKeysAtEachHandshake}</td></tr>
 * <tr><td>A client's pair, or the server's key it knows</td><td>{@code CurveMechanism.client(Mono, Mono)}. Have the
 * server know both keys of the client meanwhile</td>
 * <td>{@code CurveMechanismTests.asksForKeysAtEachHandshake}</td></tr>
 * <tr><td>Certificates of TLS</td><td>{@code secure(supplier)}</td>
 * <td>{@code TlsMechanismTests.replacesTheCertificateAndKeepsTheConnectionsThatAreOpen}</td></tr>
 * <tr><td>Keys of cookies</td><td>by themselves: a new one each 30 s, forgotten after 60 s at the latest</td>
 * <td>{@code CookieKeysTests.neverKnowsAKeyForLongerThanAMinute}</td></tr>
 * </table>
 *
 * <h2>What is protected</h2>
 *
 * <table><caption>By which mechanism</caption>
 * <tr><th></th><th>NULL</th><th>PLAIN</th><th>CURVE</th><th>TLS under any of them</th></tr>
 * <tr><td>Nobody on the way reads messages, subscriptions, properties</td>
 * <td>no</td><td>no, nor the password</td><td>yes</td><td>yes</td></tr>
 * <tr><td>Nobody on the way changes, repeats or swaps them</td><td>no</td><td>no</td><td>yes</td><td>yes</td></tr>
 * <tr><td>A message that was dropped on the way is missed</td><td>no</td><td>no</td>
 * <td>no: a gap is legal, RFC 26</td><td>yes</td></tr>
 * <tr><td>The client knows that the server is the right one</td>
 * <td>no</td><td>no</td><td>yes, by its key</td><td>yes, by its certificate and host name</td></tr>
 * <tr><td>The server knows who the client is</td>
 * <td>no</td><td>yes, by password</td><td>yes, by its key</td><td>if it asks for a certificate</td></tr>
 * <tr><td>What was recorded stays closed when a long-term key is lost later</td>
 * <td>no</td><td>no</td><td>yes</td><td>yes, with TLS 1.3</td></tr>
 * </table>
 *
 * <p>BLAKE3ZMQ is meant to be as CURVE, and is not: see {@link io.zmtp.reactive.mechanism.Blake3Mechanism}. Nothing
 * hides who talks to whom, when, and how much: not the addresses, not the greeting with the name of the mechanism, not the
 * sizes of frames. CURVE tells a client's public key only to the right server. {@code inproc} has no mechanism: nothing
 * from outside the process reaches it.
 *
 * <p>A mechanism is never negotiated: a peer that announces another one is refused, so that nobody can talk two peers down
 * to NULL. What does not open, a wrong key, a changed octet, an old cookie, closes the connection without a word. Only who
 * has proved a key, or shown a password, and is refused for it, is told: ERROR with the code of RFC 27. Such an ERROR may be
 * forged by somebody on the way, so sockets go on trying, slowly. Work for peers that have proved nothing is bounded: by
 * {@code maxHandshakes}, {@code handshakeTimeout}, sizes that are checked before anything is computed, and by key agreement
 * that keeps off event loops.
 *
 * <p>Keys of connections and handshakes are overwritten when they are no longer needed; the virtual machine and Bouncy
 * Castle may have made copies. Long-term keys stay in memory as long as their mechanism. Secrets, passwords and payloads are in no log,
 * exception or {@code toString()}. Our arithmetic has no branches and no look-ups that depend on secrets; what the
 * just-in-time compiler makes of it nobody promises. Nobody outside the project has audited it.
 *
 * <p>Handlers of ZAP, RFC 27, can be asked too: {@code io.zmtp.reactive.socket.ZapAuthenticator}.
 */
@NullMarked
package io.zmtp.reactive.mechanism;

import org.jspecify.annotations.NullMarked;
