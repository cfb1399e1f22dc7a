package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.pipe.Durations;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.NextMessage;
import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.transport.PeerProcess;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.SubscriptionChanges;
import io.zmtp.reactive.wire.SubscriptionRun;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** A connection over a Netty channel: what users call, in front of the handler, the pipe and the outbox. */
final class ChannelConnection implements ZmtpConnection {

    private static final int COMMANDS_HELD = 1024;

    private final Channel channel;
    private final EventLoop loop;
    private final Endpoint endpoint;
    private final @Nullable ChannelPipe pipe;
    private final Outbox outbox;
    private final InboundPipe inbound;
    private final Sinks.Many<Command> commands = Sinks.many().multicast().directBestEffort();
    private final Readiness readable;
    private final Readiness writable;
    private final Controls controls;
    private final Commands commandsOut;
    private final Lifecycle life;
    private final ZmtpHandler handler;
    private volatile @Nullable Peer peer;
    private volatile @Nullable Session session;
    private volatile boolean paused;

    private ChannelConnection(
            Channel channel, ConnectionSpec<?> spec, Endpoint endpoint, MonoSink<ZmtpConnection> opener) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.endpoint = endpoint;
        this.pipe = spec.pipes == null ? null : spec.pipes.get();
        Runnable onRoom = () -> loop.execute(this::regulate);
        this.inbound = pipe == null ? new InboundPipe(onRoom) : pipe.inbound(onRoom);
        this.outbox = pipe == null ? new Outbox() : pipe.outbox();
        this.readable = new Readiness(() -> !inbound.isEmpty(), inbound::watch, this::onLoop);
        this.writable = new Readiness(outbox::hasRoom, outbox::watch, this::onLoop);
        this.controls = new Controls(() -> loop.execute(this::sendControls));
        this.commandsOut = new Commands(this::wake, this::ping);
        this.life = new Lifecycle(this, spec, opener);
        this.handler = life.handler();
        outbox.attach(handler::wake, channel.isWritable());
    }

    // ---- opening

    /**
     * Makes a connection of an open channel.
     *
     * @return emits on the event loop after the handshake; cancelling closes the channel
     */
    static Mono<ZmtpConnection> open(Channel channel, ConnectionSpec<?> spec, Endpoint endpoint) {
        return Mono.create(sink -> {
            ChannelConnection connection = new ChannelConnection(channel, spec, endpoint, sink);
            sink.onCancel(connection);
            connection.onLoop(connection.life::start);
        });
    }

    /** What it serves; null for one of its user's own. */
    @Nullable
    ChannelPipe pipe() {
        return pipe;
    }

    /** Ends the connection when what its peer has sent is read, or after a short while; any thread. */
    void giveWay() {
        onLoop(life::giveWay);
    }

    /** The handshake is through: traffic may begin, unless the socket was closed meanwhile. */
    boolean agreed(Peer other, Session session) {
        this.peer = other;
        this.session = session;
        inbound.from(other);
        return pipe == null || pipe.opened(this, inbound);
    }

    /** Says a change of the socket's subscriptions before all messages that wait; any thread, in the order of the calls. */
    void control(Bytes name, boolean isEnd, Controls.Form form) {
        if (!controls.send(name, isEnd, form)) {
            loop.execute(() -> life.terminate(
                    Reason.LOCAL,
                    new IOException(where() + "expected it to read which subscriptions ended, but more than "
                            + SubscriptionChanges.MOST_OCTETS + " octets of that wait")));
        }
    }

    private void sendControls() {
        controls.arrived();
        drain();
    }

    /** What waits to be said. */
    Controls controls() {
        return controls;
    }

    /** What waits to be said of messages. */
    Commands commandWriter() {
        return commandsOut;
    }

    private void wake() {
        handler.wake();
    }

    private void ping(Bytes context) {
        onLoop(() -> handler.ping(context));
    }

    /** Sends frames before all others; on the event loop, before traffic begins. */
    void greet(List<Frame> frames) {
        frames.forEach(handler.writer()::control);
    }

    /** What texts begin with: endpoint and peer. */
    String where() {
        return FailureLog.where(endpoint, PeerAddress.of(channel)) + ": ";
    }

    // ---- what the handler tells and asks; on the event loop

    Outbox outbox() {
        return outbox;
    }

    InboundPipe inbound() {
        return inbound;
    }

    void onCommand(Command command) {
        commands.tryEmitNext(command);
        if (inbound.wantsCommands()) {
            inbound.push(command.frame());
        }
    }

    /** Takes many commands together; false if somebody wants to see each of them. */
    boolean takeAll(SubscriptionRun run) {
        boolean together = inbound.isSockets() && commands.currentSubscriberCount() == 0;
        if (together && inbound.wantsCommands()) {
            inbound.push(run);
        }
        return together;
    }

    void updateReadiness() {
        readable.update();
        writable.update();
    }

    private void regulate() {
        handler.regulate();
    }

    private void drain() {
        handler.writer().drain();
    }

    /** Nothing more comes or goes: those who receive and watch hear it. */
    void ended(@Nullable Throwable toReceivers) {
        controls.close();
        commandsOut.close();
        Shield.run(() -> inbound.end(toReceivers));
        Shield.run(commands::tryEmitComplete);
        Shield.run(readable::end);
        Shield.run(writable::end);
    }

    /** Runs an action on the event loop, now if this is it. */
    void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    // ---- who

    @Override
    public Peer peer() {
        Peer known = peer;
        if (known == null) {
            throw new IllegalStateException(endpoint + ": the peer is known after the handshake");
        }
        return known;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public Optional<SocketAddress> localAddress() {
        return Optional.ofNullable(channel.localAddress());
    }

    @Override
    public Optional<SocketAddress> remoteAddress() {
        return Optional.ofNullable(PeerAddress.of(channel));
    }

    @Override
    public boolean isEncrypted() {
        Session agreed = session;
        return agreed != null && agreed.cipher().encrypts();
    }

    @Override
    public Optional<SSLSession> tls() {
        return Optional.ofNullable(Tls.session(channel));
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return Tls.peerCertificates(channel);
    }

    @Override
    public Optional<String> peerCertificatePem() {
        return peerCertificates().stream().findFirst().map(Tls::pem);
    }

    @Override
    public OptionalLong peerProcessId() {
        return PeerProcess.id(channel);
    }

    // ---- receiving

    @Override
    public Flux<Message> receive() {
        return inbound.messages();
    }

    @Override
    public Mono<Message> receive(Duration timeout) {
        return NextMessage.of(inbound.messages(), timeout);
    }

    @Override
    public Flux<Frame> receiveFrames() {
        return inbound.frames();
    }

    @Override
    public Flux<Command> commands() {
        return Shield.each(commands.asFlux().onBackpressureBuffer(COMMANDS_HELD));
    }

    @Override
    public void pause() {
        setPaused(true);
    }

    @Override
    public void resume() {
        setPaused(false);
    }

    private void setPaused(boolean value) {
        paused = value;
        inbound.pause(value);
        onLoop(() -> handler.writer().pause(value));
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    // ---- sending

    @Override
    public Mono<Void> send(Message message) {
        return outbox.send(message);
    }

    @Override
    public Mono<Void> send(Publisher<? extends Message> messages) {
        return outbox.sendMany(messages);
    }

    @Override
    public Mono<Void> send(Command command) {
        return outbox.send(command.frame());
    }

    @Override
    public Mono<Void> sendFile(Path file) {
        return FileSource.send(file, 0, outbox).then(flush());
    }

    @Override
    public Mono<Void> sendFile(Path file, int chunkBytes) {
        if (chunkBytes < 1) {
            throw new IllegalArgumentException("chunkBytes must be at least 1: " + chunkBytes);
        }
        return FileSource.send(file, chunkBytes, outbox).then(flush());
    }

    @Override
    public boolean write(Message message) {
        return outbox.write(List.of(message));
    }

    @Override
    public boolean write(Iterable<Message> messages) {
        return outbox.write(messages);
    }

    @Override
    public boolean write(Bytes wire) {
        if (session == null) {
            throw new IllegalStateException(endpoint + ": encoded messages can be written after the handshake");
        }
        if (isEncrypted()) {
            throw new UnsupportedOperationException(endpoint + ": this connection encrypts, each peer differently");
        }
        return outbox.write(List.of(Encoded.of(wire)));
    }

    @Override
    public Mono<Void> flush() {
        return outbox.flush();
    }

    @Override
    public Flux<Boolean> readable() {
        return readable.flux();
    }

    @Override
    public Flux<Boolean> writable() {
        return writable.flux();
    }

    // ---- alive?

    @Override
    public Duration idleTime() {
        return handler.liveness().idleTime();
    }

    @Override
    public Duration idleTimeout() {
        return handler.liveness().idleTimeout();
    }

    @Override
    public void idleTimeout(Duration timeout) {
        Durations.check("idleTimeout", timeout);
        handler.liveness().idleTimeout(timeout);
    }

    @Override
    public OptionalLong lastReceivedAt() {
        Liveness liveness = handler.liveness();
        return liveness.hasReceived() ? OptionalLong.of(liveness.lastReceived()) : OptionalLong.empty();
    }

    @Override
    public boolean isHeartbeatExpired(Duration timeout) {
        Liveness liveness = handler.liveness();
        return liveness.hasReceived() && System.nanoTime() - liveness.lastReceived() > timeout.toNanos();
    }

    @Override
    public void touchHeartbeat() {
        handler.liveness().touchReceived();
    }

    // ---- tuning while open

    @Override
    public <O> @Nullable O option(ChannelOption<O> option) {
        return channel.config().getOption(option);
    }

    @Override
    public <O> void option(ChannelOption<O> option, O value) {
        if (ChannelOption.AUTO_READ.equals(option) || !channel.config().setOption(option, value)) {
            throw new UnsupportedOperationException(endpoint + ": this transport has no option " + option);
        }
    }

    @Override
    public Mono<SSLSession> startTls(SslContext context) {
        return Mono.<Mono<SSLSession>>create(sink -> onLoop(() -> sink.success(life.startTls(context))))
                .flatMap(started -> started);
    }

    @Override
    public Relay relayTo(ZmtpConnection target, long maxBytes) {
        return new StreamRelay(this, target, maxBytes);
    }

    @Override
    public Mono<Channel> detach() {
        return flush().then(Mono.create(sink -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            sink.onCancel(() -> cancelled.set(true));
            onLoop(() -> detachUnless(cancelled, sink));
        }));
    }

    private void detachUnless(AtomicBoolean cancelled, MonoSink<Channel> sink) {
        if (cancelled.get()) {
            return; // nobody would have the channel
        }
        if (isEncrypted()) {
            sink.error(new UnsupportedOperationException(
                    endpoint + ": an encrypting connection cannot be detached, its keys stay here"));
        } else if (life.isEnding()) {
            sink.error(new IllegalStateException(endpoint + ": the connection is closed"));
        } else {
            detach(sink);
        }
    }

    private void detach(MonoSink<Channel> sink) {
        channel.config().setAutoRead(false);
        try {
            Leftover.add(channel, handler.leftover());
        } catch (IllegalStateException inUse) {
            sink.error(inUse);
            handler.regulate();
            return;
        }
        life.detach();
        sink.success(channel);
    }

    @Override
    public Channel channel() {
        return channel;
    }

    // ---- closing

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (pipe == null) {
                outbox.end();
            }
            loop.execute(life::leave);
            return life.onClose().then();
        });
    }

    /** Closes at once because a handler of the user's failed. */
    void fail(Throwable thrown) {
        loop.execute(() -> life.terminate(Reason.LOCAL, thrown));
    }

    @Override
    public void dispose() {
        loop.execute(() -> life.terminate(Reason.LOCAL, null));
    }

    @Override
    public boolean isDisposed() {
        return life.isEnding();
    }

    @Override
    public Mono<Closed> onClose() {
        return life.onClose();
    }

    @Override
    public Optional<Throwable> error() {
        return Optional.ofNullable(life.end()).map(Closed::cause);
    }

    @Override
    public String toString() {
        Closed end = life.end();
        Object stands = end == null ? life.state().name().toLowerCase(Locale.ROOT) : end.reason();
        return "ZmtpConnection[" + endpoint + ", " + stands + "]";
    }
}
