package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A ZMTP connection with one peer: receive as a {@code Flux}, send as {@code Mono}s, with demand as the flow control.
 *
 * <p>All methods may be called from any thread. Messages are immutable and own their octets; nothing here is reference
 * counted. Signals come on the event loop or on the thread that requests, one at a time; do not block there.
 *
 * <p>There are three promises for what is sent. {@link #send(Message)} completes when the connection has <em>accepted</em>
 * the message: at once while less than 256 KiB wait; above, senders wait in the order of their calls. {@link #flush()}, {@link #send(Publisher)} and
 * {@link #sendFile(Path)} complete when the octets <em>went to the transport</em>. None of them means that the peer has
 * read anything. What was accepted but not written is counted in {@link #onClose()}. For many messages prefer
 * {@code send(Publisher)}; {@code flatMap(connection::send)} is far slower.
 *
 * @since 0.1
 */
public interface ZmtpConnection extends Disposable {

    // ---- the two sides

    /**
     * The peer, as the handshake showed it.
     *
     * @return the peer
     * @throws IllegalStateException before the handshake has succeeded
     */
    Peer peer();

    /** {@return the endpoint that was connected to, or bound} */
    Endpoint endpoint();

    /** {@return the address of this side; empty where the transport has no addresses} */
    Optional<SocketAddress> localAddress();

    /** {@return the address of the peer; empty where the transport has no addresses} */
    Optional<SocketAddress> remoteAddress();

    /** {@return whether the mechanism encrypts frames: CURVE does, NULL and PLAIN do not; for TLS see {@link #tls()}} */
    boolean isEncrypted();

    /** {@return the TLS session; empty without TLS, and before its handshake has succeeded} */
    Optional<SSLSession> tls();

    /** {@return the peer's TLS certificates, its own first; empty without TLS, or if it showed none} */
    List<X509Certificate> peerCertificates();

    /** {@return the peer's own TLS certificate in PEM; empty without TLS, or if it showed none} */
    Optional<String> peerCertificatePem();

    /** {@return the peer's process id, over {@code ipc} with the native transport (SO_PEERCRED); else empty} */
    OptionalLong peerProcessId();

    // ---- receiving

    /**
     * What the peer sends. One subscriber at a time; a second one gets an {@code IllegalStateException}. When a
     * subscriber cancels, the next one continues with the next message.
     *
     * <p>Demand is the flow control: when 256 KiB have come that were not requested, the channel stops reading.
     *
     * @return emits messages, which own their octets. Completes when either side closed between two messages. Fails when
     *     the connection broke, or the peer broke a rule or closed within a message; what came whole is emitted first
     */
    Flux<Message> receive();

    /**
     * The next message, if one comes in time. A message that comes just when the time ends, or when the subscriber cancels,
     * is not lost: the next subscriber gets it. {@code receive().next().timeout(…)} would lose it.
     *
     * @param timeout counted from the subscription; zero for what is there already
     * @return emits as {@link #receive()}, of which it is a subscriber as long as it waits; completes empty when the time
     *     is over, on {@code Schedulers.parallel()}
     */
    Mono<Message> receive(Duration timeout);

    /**
     * As {@link #receive()}, but as frames: those of messages and, in between, those of commands except PING and PONG, in
     * the order of the wire. The frames of a message are emitted when it has come whole. Commands that came before the
     * subscription are not emitted.
     *
     * @return emits, completes and fails as {@link #receive()}, of which it takes the place
     */
    Flux<Frame> receiveFrames();

    /**
     * The commands that come beside messages, except PING, which is answered, and PONG.
     *
     * @return hot: emits to any number of subscribers what comes from then on, on the event loop. Completes when the
     *     connection ends; fails for a subscriber that is 1,024 commands behind
     */
    Flux<Command> commands();

    /**
     * Stops both directions until {@link #resume()}: nothing is emitted, and what is sent waits. PING is answered as long as
     * less than 256 KiB were read ahead.
     */
    void pause();

    /** Ends {@link #pause()}; without one it does nothing. */
    void resume();

    /** {@return whether {@link #pause()} was called last; missing demand is no pause} */
    boolean isPaused();

    // ---- sending

    /**
     * Sends one message.
     *
     * @param message the message
     * @return completes when the message is accepted, in the subscribing thread if there is room; fails with a
     *     {@link io.zmtp.reactive.ZmtpClosedException} if the connection ends before. Cancelling before acceptance takes the
     *     message back, afterwards it is sent whole
     */
    Mono<Void> send(Message message);

    /**
     * Sends a stream of messages, which is far faster than single ones. At most 256 messages are requested at a time, fewer
     * if they are large: in the thread that subscribes, or on the event loop if there was no room. A source that has its
     * messages at hand is polled (Reactor's synchronous fusion), which is the fastest.
     *
     * @param messages the stream
     * @return completes when the last message went to the transport; fails with the stream's error, or when the
     *     connection ends before. Cancelling cancels the stream; what was accepted is sent
     */
    Mono<Void> send(Publisher<? extends Message> messages);

    /**
     * Sends a command, in order with the messages.
     *
     * @param command the command
     * @return completes when it is accepted; fails as {@link #send(Message)}
     */
    Mono<Void> send(Command command);

    /**
     * Sends a file as a message of one frame: by the kernel on plain connections, in pieces of 60 KiB over TLS. Other
     * messages wait until it was sent.
     *
     * @param file the file
     * @return completes when the file went to the transport; fails with {@link java.nio.file.NoSuchFileException} if
     *     there is none. If the file becomes shorter meanwhile, the connection is closed
     */
    Mono<Void> sendFile(Path file);

    /**
     * As {@link #sendFile(Path)}, as one message of many frames.
     *
     * @param file the file
     * @param chunkBytes the octets of each frame except the last, at least 1
     * @return as {@link #sendFile(Path)}
     */
    Mono<Void> sendFile(Path file, int chunkBytes);

    /**
     * Accepts a message without waiting. It is flushed later, at the latest when 60 KiB wait.
     *
     * @param message the message
     * @return false if it was accepted, but more than 256 KiB wait now: {@link #writable()} emits true when to go on
     * @throws io.zmtp.reactive.ZmtpSendException when more than 16 MiB wait
     * @throws io.zmtp.reactive.ZmtpClosedException when the connection is closing or closed
     */
    boolean write(Message message);

    /**
     * As {@link #write(Message)}, for several messages. No message of another thread comes between them.
     *
     * @param messages the messages
     * @return as {@link #write(Message)}
     */
    boolean write(Iterable<Message> messages);

    /**
     * As {@link #write(Message)}, for whole messages that are encoded already: encode once, write to many connections.
     *
     * @param wire what {@link io.zmtp.reactive.wire.FrameEncoder#encode} made
     * @return as {@link #write(Message)}
     * @throws UnsupportedOperationException on a connection that encrypts
     * @throws IllegalStateException before the handshake has succeeded, as it is not known yet whether the connection encrypts
     * @throws IllegalArgumentException if these are not whole messages
     */
    boolean write(Bytes wire);

    /** {@return completes when everything accepted so far went to the transport; fails when the connection ends before} */
    Mono<Void> flush();

    /** {@return emits whether something waits that was not requested: the current value, then each change} */
    Flux<Boolean> readable();

    /** {@return emits whether a send would be accepted at once: the current value, then each change} */
    Flux<Boolean> writable();

    // ---- alive?

    /** {@return how long no octet came or went} */
    Duration idleTime();

    /** {@return the limit after which the idle connection is closed; zero for none} */
    Duration idleTimeout();

    /**
     * Changes the limit after which this connection is closed when it is idle.
     *
     * @param timeout counted from the last octet; zero for no limit
     */
    void idleTimeout(Duration timeout);

    /** {@return the {@link System#nanoTime()} at which the last octets came; empty before the first} */
    OptionalLong lastReceivedAt();

    /**
     * Checks for silence.
     *
     * @param timeout how long
     * @return whether nothing came for longer; false before the first octet
     */
    boolean isHeartbeatExpired(Duration timeout);

    /** Ends the silence as if an octet had come now. */
    void touchHeartbeat();

    // ---- tuning while open

    /**
     * Reads a socket option.
     *
     * @param option the option
     * @param <O> the type of its value
     * @return its value; null where the transport does not know it
     */
    <O> @Nullable O option(ChannelOption<O> option);

    /**
     * Changes a socket option.
     *
     * @param option the option
     * @param value its new value
     * @param <O> the type of its value
     * @throws UnsupportedOperationException where the transport does not know it
     */
    <O> void option(ChannelOption<O> option, O value);

    /**
     * Puts TLS under the connection before its first octet: call it and subscribe in {@code doOnInit}.
     *
     * @param context the role, the trust, and the certificate of this side
     * @return emits the session when the TLS handshake has succeeded; fails with an {@code SSLException}, and the connection is closed with
     *     {@code TLS}
     */
    Mono<SSLSession> startTls(SslContext context);

    /**
     * Passes everything that comes to another connection from now on, with back-pressure from end to end. Takes the place of
     * {@link #receive()}.
     *
     * @param target the other connection
     * @param maxBytes the relay ends after the message that reaches so many octets on the wire; 0 for no limit
     * @return the relay, which can be stopped
     */
    Relay relayTo(ZmtpConnection target, long maxBytes);

    /**
     * Gives the channel away. What was accepted is flushed, the handlers of the connection are removed, and this connection
     * ends with {@code LOCAL}. The channel does not read until its new owner sets {@code AUTO_READ} or calls {@code read()};
     * then it first gets, as octets of the wire, what had come and was not received.
     *
     * @return fails with {@link UnsupportedOperationException} on a connection that encrypts. From the emission on the
     *     channel is the subscriber's to close; an operator that is cancelled in that moment drops it, as said at
     *     {@link ZmtpClient#connect(String)}
     */
    Mono<Channel> detach();

    /** {@return the channel underneath, to look at; its handlers and its reading belong to the connection} */
    Channel channel();

    // ---- the end

    /**
     * Closes after writing: nothing more is accepted, what waits is written, then the transport closes. That takes as long
     * as the peer takes to read: combine it with a timeout and {@link #dispose()}. Messages that come meanwhile are received.
     *
     * @return completes when the connection is closed, also if it was already. Subscribing starts it, cancelling does not
     *     stop it
     */
    Mono<Void> close();

    /** Closes now, on the event loop, after this call: what was not written is dropped and counted. */
    @Override
    void dispose();

    /** {@return emits, once the connection has ended, which side closed it, why, and how much was not sent} */
    Mono<Closed> onClose();

    /** {@return why the connection broke; empty while it is open, and if it was closed in order} */
    Optional<Throwable> error();
}
