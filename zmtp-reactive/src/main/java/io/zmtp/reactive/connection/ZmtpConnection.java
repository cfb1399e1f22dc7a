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
 * counted. What is emitted may come on the event loop or on the thread that asked, serially; do not block there.
 *
 * <p>Sending has three promises. {@link #send(Message)} completes when the connection has <em>accepted</em> the message:
 * at once while less than 256 KiB wait, in the order of asking above. {@link #flush()}, {@link #send(Publisher)} and
 * {@link #sendFile(Path)} complete when the octets <em>went to the transport</em>. None of them means that the peer has
 * read anything. What was accepted and could not be written is counted in {@link #onClose()}. For many messages prefer
 * {@code send(Publisher)}; {@code flatMap(connection::send)} is far slower.
 *
 * @since 0.1
 */
public interface ZmtpConnection extends Disposable {

    // ---- who

    /**
     * The other side, as the handshake showed it.
     *
     * @throws IllegalStateException before the handshake is through
     */
    Peer peer();

    /** The endpoint that was connected to, or bound. */
    Endpoint endpoint();

    /** Where we are; empty where the transport has no addresses. */
    Optional<SocketAddress> localAddress();

    /** Where the peer is; empty where the transport has no addresses. */
    Optional<SocketAddress> remoteAddress();

    /** Whether the mechanism encrypts frames: CURVE does, NULL and PLAIN do not. for TLS see {@link #tls()}. */
    boolean isEncrypted();

    /** The TLS session; empty without TLS and before its handshake is through. */
    Optional<SSLSession> tls();

    /** The peer's TLS certificates, its own first; empty without TLS or when it showed none. */
    List<X509Certificate> peerCertificates();

    /** The peer's own TLS certificate in PEM; empty without TLS or when it showed none. */
    Optional<String> peerCertificatePem();

    /** The peer's process id, on {@code ipc} over the native transport (SO_PEERCRED); empty elsewhere. */
    OptionalLong peerProcessId();

    // ---- receiving

    /**
     * What the peer sends. One subscriber at a time; a second one gets an {@code IllegalStateException}. When a
     * subscriber cancels, the next one continues with the next message.
     *
     * <p>Demand reads: nothing is emitted that was not asked for, beyond a read-ahead of 256 KiB the channel stops
     * reading. Completes when either side closed between two messages; fails when the connection broke, the peer broke
     * a rule or closed in the middle of a message, after everything that came whole.
     */
    Flux<Message> receive();

    /**
     * The next message, if one comes within a time. None is lost when the time ends, or the subscriber cancels, in the
     * moment when it comes: it is the next subscriber's. {@code receive().next().timeout(…)} would throw it away.
     *
     * @param timeout counted from the subscription; zero for what is there already
     * @return emits as {@link #receive()}, of which it is a subscriber as long as it waits; completes empty when the time
     *     is over, on {@code Schedulers.parallel()}
     */
    Mono<Message> receive(Duration timeout);

    /**
     * As {@link #receive()}, but the frames of the messages and, in between, the commands other than PING and PONG, in
     * the order of the wire. The frames of a message are emitted once it has come whole. Commands that came before the
     * subscription are not repeated.
     */
    Flux<Frame> receiveFrames();

    /**
     * The commands that come beside messages. Hot, each subscriber sees what comes from then on, and falls out with an
     * error when it lags 1,024 commands behind. PING is answered for you and PONG taken; neither is shown.
     */
    Flux<Command> commands();

    /**
     * Holds both directions: nothing is emitted, and what is sent waits, until {@link #resume()}. PING is answered
     * meanwhile, as long as the read-ahead is not full.
     */
    void pause();

    /** Ends {@link #pause()}; does nothing otherwise. */
    void resume();

    /** Whether {@link #pause()} was called last; a lack of demand is not a pause. */
    boolean isPaused();

    // ---- sending

    /**
     * Sends one message.
     *
     * @return completes when the message is accepted, in the calling thread if there is room; fails with a
     *     {@link io.zmtp.reactive.ZmtpClosedException} when it never will be. Cancelling before acceptance takes the
     *     message back, afterwards it is sent whole
     */
    Mono<Void> send(Message message);

    /**
     * Sends a stream of messages: the fast way. Asks for at most 256 messages at a time, and for fewer when they are
     * large, in the thread that subscribes, and on the event loop after it had to wait. A source that has its messages
     * at hand is polled (Reactor's synchronous fusion): the fastest.
     *
     * @return completes when the last message went to the transport; fails with the stream's error, or when the
     *     connection ends first. Cancelling cancels the stream; what was accepted is sent
     */
    Mono<Void> send(Publisher<? extends Message> messages);

    /**
     * Sends a command, in order with the messages.
     *
     * @return completes when it is accepted
     */
    Mono<Void> send(Command command);

    /**
     * Sends a file as a message of one frame: by the kernel on plain connections, in chunks of 60 KiB on TLS. Other
     * messages wait until it is through.
     *
     * @return completes when the file went to the transport; fails with {@link java.nio.file.NoSuchFileException} when
     *     there is none. A file that shrinks meanwhile closes the connection
     */
    Mono<Void> sendFile(Path file);

    /**
     * Sends a file as one message of many frames.
     *
     * @param chunkBytes the size of each frame but the last, at least 1
     */
    Mono<Void> sendFile(Path file, int chunkBytes);

    /**
     * Accepts a message to be flushed later, at the latest when 60 KiB wait.
     *
     * @return false when the message was taken, but more than 256 KiB wait now: {@link #writable()} emits when to go on
     * @throws io.zmtp.reactive.ZmtpSendException when more than 16 MiB wait
     * @throws io.zmtp.reactive.ZmtpClosedException when the connection is closing or closed
     */
    boolean write(Message message);

    /** As {@link #write(Message)}, for several messages that no other thread comes between. */
    boolean write(Iterable<Message> messages);

    /**
     * As {@link #write(Message)}, for whole messages that are encoded already: encode once, write to many.
     *
     * @param wire what {@link io.zmtp.reactive.wire.FrameEncoder#encode} made
     * @throws UnsupportedOperationException on a connection that encrypts
     * @throws IllegalStateException before the handshake is through, when that is not known yet
     * @throws IllegalArgumentException if these are not whole messages
     */
    boolean write(Bytes wire);

    /** Completes when everything accepted so far went to the transport; fails when the connection ends first. */
    Mono<Void> flush();

    /** Whether something came that nobody asked for yet: the current value, then each change. */
    Flux<Boolean> readable();

    /** Whether a send would be accepted at once: the current value, then each change. */
    Flux<Boolean> writable();

    // ---- alive?

    /** How long nothing came or went. */
    Duration idleTime();

    /** The idle limit in force; zero is off. */
    Duration idleTimeout();

    /** Changes the idle limit of this connection from now on; zero switches it off. */
    void idleTimeout(Duration timeout);

    /** The {@link System#nanoTime()} at which the last octets came; empty before any. */
    OptionalLong lastReceivedAt();

    /** Whether nothing came for longer than this; false while nothing came at all. */
    boolean isHeartbeatExpired(Duration timeout);

    /** Counts as if something had come now. */
    void touchHeartbeat();

    // ---- tuning while open

    /** Reads a socket option; null where the transport does not know it. */
    <O> @Nullable O option(ChannelOption<O> option);

    /**
     * Changes a socket option.
     *
     * @throws UnsupportedOperationException where the transport does not know it
     */
    <O> void option(ChannelOption<O> option, O value);

    /**
     * Puts TLS under the connection before its first octet: call it and subscribe in {@code doOnInit}.
     *
     * @return completes when TLS stands; fails with an {@code SSLException}, and the connection is closed with
     *     {@code TLS}
     */
    Mono<SSLSession> startTls(SslContext context);

    /**
     * Passes everything that comes on to another connection, with back-pressure end to end, from now on. Takes the
     * place of {@link #receive()}.
     *
     * @param target where to
     * @param maxBytes ends after the message that reaches so many octets on the wire; 0 for no limit
     */
    Relay relayTo(ZmtpConnection target, long maxBytes);

    /**
     * Gives the channel away: everything accepted is flushed, our handlers are taken off, and this connection ends with
     * {@code LOCAL}. The channel does not read until its new owner sets {@code AUTO_READ} or calls {@code read()}; then
     * it first gets what had come already and nobody had received, as wire octets.
     *
     * @return fails with {@link UnsupportedOperationException} on a connection that encrypts. From the emission on the
     *     channel is the subscriber's to close; an operator that is cancelled in that moment drops it, as said at
     *     {@link ZmtpClient#connect(String)}
     */
    Mono<Channel> detach();

    /** The channel underneath, to look at; its handlers are the connection's own. */
    Channel channel();

    // ---- the end

    /**
     * Closes after writing: nothing more is accepted, what waits is written, then the transport closes. May take as
     * long as the peer takes to read; combine with a timeout and {@link #dispose()}. Messages that still come are
     * received meanwhile.
     *
     * @return completes when the connection is closed, also when it was already. Subscribing starts it, cancelling does
     *     not stop it
     */
    Mono<Void> close();

    /** Closes now, on the event loop and never within this call: what was not written is dropped and counted. */
    @Override
    void dispose();

    /** Completes once, with who closed, why, and how much was not sent. */
    Mono<Closed> onClose();

    /** Why the connection broke; empty while it is open and when it was closed in order. */
    Optional<Throwable> error();
}
