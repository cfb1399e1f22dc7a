/**
 * Authentication and encryption: a {@link io.zmtp.reactive.mechanism.Mechanism} is the conversation between the greetings and the
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
 * <p>Two: the server, which knows the keys of its clients.
 *
 * <pre>{@code
 * KeyPair keys = KeyFile.readPair(Path.of("server.cert_secret"));
 * Set<Bytes> known = Set.of(KeyFile.readPublicKey(Path.of("client.cert")));
 * PullSocket.create(options -> options.mechanism(CurveMechanism.server(keys, Authenticator.publicKeys(known))));
 * }</pre>
 *
 * <p>Three: the client, which knows the key of its server.
 *
 * <pre>{@code
 * Bytes server = KeyFile.readPublicKey(Path.of("server.cert"));
 * KeyPair keys = KeyFile.readPair(Path.of("client.cert_secret"));
 * PushSocket.create(options -> options.mechanism(CurveMechanism.client(server, keys)));
 * }</pre>
 *
 * <p>Either side may bind. The {@code peer()} of each message received has the {@code publicKey()} that was proved, and the
 * {@code userId()} that the authenticator named.
 *
 * <h2>Other keys without a restart</h2>
 *
 * <p>A supplier or {@code Mono} is asked in each handshake. It is called on an event loop or on the scheduler of handshakes,
 * and must block neither. Open connections keep their keys: to remove a peer, close its connections too.
 *
 * <table><caption>What can be replaced</caption>
 * <tr><th>What</th><th>How</th><th>Test</th></tr>
 * <tr><td>The clients that are let in</td><td>{@code Authenticator.publicKeys(supplier)}, or an authenticator of your
 * own</td><td>{@code CurveMechanismTests.looksAtAListThatChanges}</td></tr>
 * <tr><td>A server's pair</td><td>{@code CurveMechanism.server(Mono, Authenticator)}. A client knows one key: one that still
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
 * <tr><td>Nobody on the path reads messages, subscriptions, properties</td>
 * <td>no</td><td>no, nor the password</td><td>yes</td><td>yes</td></tr>
 * <tr><td>Nobody on the path changes, repeats or swaps them</td><td>no</td><td>no</td><td>yes</td><td>yes</td></tr>
 * <tr><td>The receiver notices that a message was dropped on the path</td><td>no</td><td>no</td>
 * <td>no: a gap is legal, RFC 26</td><td>yes</td></tr>
 * <tr><td>The client knows that the server is the right one</td>
 * <td>no</td><td>no</td><td>yes, by its key</td><td>yes, by its certificate and host name</td></tr>
 * <tr><td>The server knows which client it is</td>
 * <td>no</td><td>yes, by password</td><td>yes, by its key</td><td>if it asks for a certificate</td></tr>
 * <tr><td>What was recorded stays closed when a long-term key is lost later</td>
 * <td>no</td><td>no</td><td>yes</td><td>yes, with TLS 1.3</td></tr>
 * </table>
 *
 * <p>BLAKE3ZMQ has the same aims as CURVE, but does not reach them: see {@link io.zmtp.reactive.mechanism.Blake3Mechanism}. Nothing
 * hides which hosts talk to each other, when, and how much: addresses, the greeting with the name of the mechanism, and the
 * sizes of frames are in clear. With CURVE only the right server learns the public key of a client. {@code inproc} has no mechanism: nothing
 * from outside the process reaches it.
 *
 * <p>A mechanism is never negotiated: a peer that announces another one is refused, so nobody on the path can make
 * two peers use NULL. A wrong key, a changed octet or an old cookie closes the connection without an ERROR. Only a peer that
 * has proved a key, or sent a password, and is refused for it, is sent an ERROR with the code of RFC 27. An attacker on the
 * path can forge such an ERROR, so sockets go on trying, slowly. Work for peers that have proved nothing is bounded: by
 * {@code maxHandshakes}, {@code handshakeTimeout}, sizes that are checked before anything is computed, and by key agreement
 * that does not run on event loops.
 *
 * <p>CURVE is computed by libsodium where it is installed and the JDK can call it (22 and newer), else by Bouncy Castle, with our
 * own Salsa20 and Poly1305 for messages: {@link io.zmtp.reactive.mechanism.CurveMechanism#cryptography()} reports which, and
 * the file SECURITY.md of the project says which code touches which secret.
 *
 * <p>Keys of connections and handshakes are overwritten when they are no longer needed; the virtual machine and the
 * libraries may have made copies. Long-term keys stay in memory as long as their mechanism. Secrets, passwords and payloads are in no log,
 * exception or {@code toString()}. The arithmetic here has no branch and no look-up that depends on a secret; what
 * the just-in-time compiler makes of it is not guaranteed. Nobody outside the project has audited it.
 *
 * <p>A handler of ZAP (RFC 27) can decide too: {@code io.zmtp.reactive.socket.ZapAuthenticator}.
 */
@NullMarked
package io.zmtp.reactive.mechanism;

import org.jspecify.annotations.NullMarked;
