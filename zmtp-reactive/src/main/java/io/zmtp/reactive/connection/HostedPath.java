package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.AttributeKey;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.transport.ws.FluxChannel;
import io.zmtp.reactive.transport.ws.FluxListener;
import io.zmtp.reactive.transport.ws.HostedUpgrade;
import io.zmtp.reactive.transport.ws.UpgradeAnswer;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import io.zmtp.reactive.transport.ws.WebSocketAcceptor;
import io.zmtp.reactive.transport.ws.WebSocketHost;
import java.security.Principal;
import java.time.Duration;
import java.util.Objects;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** A path of a web server of somebody else's: makes a channel of each WebSocket that it hands over. */
final class HostedPath extends ChannelInboundHandlerAdapter implements WebSocketAcceptor {

    private static final AttributeKey<Verdict.Accept> VERDICT = AttributeKey.valueOf(HostedPath.class, "verdict");

    /** What CURVE adds to a frame, at most, and the flags. */
    private static final int OVERHEAD = 64;

    private final ZmtpServer server;
    private final Bound bound;
    private final Acceptor limits;
    private final EventLoopGroup loops;
    private final FluxListener listener = new FluxListener();

    private HostedPath(Endpoint endpoint, ZmtpServer server) {
        this.server = server;
        this.bound = new Bound(endpoint, server);
        this.limits = server.acceptor(bound::paused);
        this.loops = server.loops().onServer(LoopResources.DEFAULT_NATIVE);
        listener.pipeline().addLast(limits, this);
    }

    /** Binds a path. */
    static Mono<Binding> bind(Endpoint endpoint, ZmtpServer server) {
        WebSocketHost host = server.webSocketHost;
        if (host == null) {
            throw new IllegalArgumentException(endpoint
                    + ": expected ws://host:port/path, but there is no host, and no web server whose path it could be:"
                    + " that is set by webSocketHost(…)");
        }
        return Mono.defer(() -> new HostedPath(endpoint, server).bind(endpoint, host));
    }

    private Mono<Binding> bind(Endpoint endpoint, WebSocketHost host) {
        Disposable.Composite held = Disposables.composite();
        held.add(() -> listener.close());
        return Mono.<Void>create(sink -> loops.register(listener).addListener(registered -> sink.success()))
                .then(Mono.fromCallable(() -> {
                    held.add(host.serve(endpoint.name(), this)); // which frees it at once if this was cancelled
                    return bound.at(endpoint, listener, Mono.fromRunnable(held::dispose));
                }))
                .doOnError(failed -> held.dispose())
                .doOnCancel(() -> {
                    if (!bound.isBound()) { // as next() cancels what it has
                        held.dispose();
                    }
                });
    }

    // ---- requests; on any thread

    @Override
    public int maxFrameSize() {
        return (int) Math.min(server.maxMessageSize(), Integer.MAX_VALUE - OVERHEAD) + OVERHEAD;
    }

    @Override
    public Mono<UpgradeAnswer> ask(UpgradeRequest request) {
        return Mono.defer(() -> {
            UpgradeAnswer.Refuse flaw = request.flaw(server.mechanism.name(), server.requireSocketType());
            if (flaw != null) {
                bound.refused(request.address(), flaw.failure());
                return Mono.just(flaw);
            } else if (!listener.isOpen()) {
                return Mono.just(new UpgradeAnswer.Refuse(404, "nothing is bound to this path"));
            } else if (listener.isPaused()) {
                return Mono.just(new UpgradeAnswer.Refuse(503, "there is no place for another peer now"));
            }
            Mono<Verdict> verdict = server.decide(request);
            Duration limit = server.handshakeTimeout;
            return (limit.isZero()
                            ? verdict
                            : verdict.timeout(limit, Mono.just(Verdict.refuse(500, "upgrade took more than " + limit))))
                    .map(decided -> answer(request, decided));
        });
    }

    private UpgradeAnswer answer(UpgradeRequest request, Verdict verdict) {
        if (verdict instanceof Verdict.Refuse refuse) {
            bound.refused(request.address(), ZmtpServer.refused(refuse));
            return new UpgradeAnswer.Refuse(ZmtpServer.status(refuse), "refused");
        }
        Verdict.Accept accept = (Verdict.Accept) verdict;
        Principal principal = request.principal();
        Verdict.Accept known = accept.userId() == null && principal != null
                ? new Verdict.Accept(principal.getName(), accept.properties())
                : accept;
        HostedUpgrade upgrade = new HostedUpgrade(request, server.mechanism.name(), server.requireSocketType());
        return listener.accept(upgrade, channel -> channel.attr(VERDICT).set(known));
    }

    /** What was said of the peer when it asked. */
    static Verdict.Accept verdict(Channel channel) {
        return Objects.requireNonNull(channel.attr(VERDICT).get());
    }

    // ---- channels; on the listener's event loop

    /** Gets a channel that is within the limits. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        FluxChannel channel = (FluxChannel) accepted;
        loops.register(channel).addListener(registered -> {
            if (registered.isSuccess()) { // else it is closed
                channel.start();
            }
            if (channel.isOpen()) {
                bound.accepted(channel, limits);
            }
        });
    }
}
