package io.zmtp.spring.autoconfigure.web;

import io.netty.channel.EventLoop;
import io.zmtp.reactive.transport.ws.UpgradeAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.websocket.api.Configurable;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.JettyCoreRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.JettyRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.StandardWebSocketUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;

/** Upgrades a request as its server does it, with the limits of a socket. */
final class Upgrades {

    private Upgrades() {}

    /** Accepts a request; completes when the WebSocket has ended, or before. */
    static Mono<Void> accept(ServerWebExchange exchange, UpgradeAnswer.Accept accept, int maxFrameSize) {
        ServerHttpRequest request = exchange.getRequest();
        if (nameOf(request).startsWith("reactor.netty.")) {
            return netty(exchange, accept, maxFrameSize);
        }
        HttpHeaders headers = HttpHeaders.copyOf(request.getHeaders());
        HandshakeInfo info = new HandshakeInfo(
                request.getURI(),
                headers,
                request.getCookies(),
                exchange.getPrincipal(),
                accept.subprotocol(),
                request.getRemoteAddress(),
                Map.of(),
                exchange.getLogPrefix());
        RequestUpgradeStrategy strategy = strategy(request, maxFrameSize);
        return Mono.defer(() -> strategy.upgrade(
                        exchange,
                        session -> Frames.exchange(session, accept.connect()),
                        accept.subprotocol(),
                        () -> info))
                .subscribeOn(Schedulers.boundedElastic()); // servlet containers read files in it
    }

    /** That of the server which the request has come to: an application may have the classes of several. */
    private static RequestUpgradeStrategy strategy(ServerHttpRequest request, int maxFrameSize) {
        String type = nameOf(request);
        if (type.startsWith("org.eclipse.jetty.ee")) {
            return jetty(maxFrameSize);
        } else if (type.startsWith("org.eclipse.jetty.")) {
            return jettyCore(maxFrameSize);
        }
        StandardWebSocketUpgradeStrategy strategy = new StandardWebSocketUpgradeStrategy();
        strategy.setMaxBinaryMessageBufferSize(maxFrameSize); // which Tomcat makes for each connection
        return strategy;
    }

    private static String nameOf(ServerHttpRequest request) {
        Object own = ServerHttpRequestDecorator.getNativeRequest(request);
        return own.getClass().getName();
    }

    private static Mono<Void> netty(ServerWebExchange exchange, UpgradeAnswer.Accept accept, int maxFrameSize) {
        WebsocketServerSpec spec = WebsocketServerSpec.builder()
                .protocols(accept.subprotocol())
                .maxFramePayloadLength(maxFrameSize)
                .handlePing(true) // so that what the peer says counts as a sign of life
                .build();
        ServerHttpResponse response = exchange.getResponse();
        HttpServerResponse own = ServerHttpResponseDecorator.getNativeResponse(response);
        AtomicReference<@Nullable EventLoop> loop = new AtomicReference<>();
        own.withConnection(known -> loop.set(known.channel().eventLoop()));
        Scheduler onLoop = Schedulers.fromExecutor(Objects.requireNonNull(loop.get()));
        // Elsewhere the peer's first frame could come before reactor-netty has one to give it to, and be lost.
        Mono<Void> upgrade = Mono.defer(
                        () -> own.sendWebsocket((from, to) -> NettyFrames.exchange(from, to, accept.connect()), spec))
                .subscribeOn(onLoop);
        return response.setComplete().then(upgrade); // first what is to be done before it is committed
    }

    private static RequestUpgradeStrategy jetty(int maxFrameSize) {
        JettyRequestUpgradeStrategy strategy = new JettyRequestUpgradeStrategy();
        strategy.addWebSocketConfigurer(settings -> limit(settings, maxFrameSize));
        return strategy;
    }

    private static RequestUpgradeStrategy jettyCore(int maxFrameSize) {
        JettyCoreRequestUpgradeStrategy strategy = new JettyCoreRequestUpgradeStrategy();
        strategy.addWebSocketConfigurer(settings -> limit(settings, maxFrameSize));
        return strategy;
    }

    private static void limit(Configurable settings, int maxFrameSize) {
        settings.setMaxBinaryMessageSize(maxFrameSize);
        settings.setMaxFrameSize(maxFrameSize);
        settings.setIdleTimeout(Duration.ZERO); // the socket has its own
    }
}
