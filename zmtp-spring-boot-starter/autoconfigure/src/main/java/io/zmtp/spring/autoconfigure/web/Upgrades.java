package io.zmtp.spring.autoconfigure.web;

import io.zmtp.reactive.transport.ws.UpgradeAnswer;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.websocket.api.Configurable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.JettyCoreRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.JettyRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.StandardWebSocketUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.WebsocketServerSpec;

/** Upgrades a request as its server does it, with the limits of a socket. */
final class Upgrades {

    private Upgrades() {}

    /** Accepts a request; completes when the WebSocket has ended, or before. */
    static Mono<Void> accept(ServerWebExchange exchange, UpgradeAnswer.Accept accept, int maxFrameSize) {
        ServerHttpRequest request = exchange.getRequest();
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
        return strategy(request, maxFrameSize)
                .upgrade(
                        exchange,
                        session -> Frames.exchange(session, accept.connect()),
                        accept.subprotocol(),
                        () -> info);
    }

    /** That of the server which the request has come to: an application may have the classes of several. */
    private static RequestUpgradeStrategy strategy(ServerHttpRequest request, int maxFrameSize) {
        Object own = ServerHttpRequestDecorator.getNativeRequest(request);
        String type = own.getClass().getName();
        if (type.startsWith("reactor.netty.")) {
            return netty(maxFrameSize);
        } else if (type.startsWith("org.eclipse.jetty.ee")) {
            return jetty(maxFrameSize);
        } else if (type.startsWith("org.eclipse.jetty.")) {
            return jettyCore(maxFrameSize);
        }
        StandardWebSocketUpgradeStrategy strategy = new StandardWebSocketUpgradeStrategy();
        strategy.setMaxBinaryMessageBufferSize(maxFrameSize); // which Tomcat makes for each connection
        return strategy;
    }

    private static RequestUpgradeStrategy netty(int maxFrameSize) {
        return new ReactorNettyRequestUpgradeStrategy(() -> WebsocketServerSpec.builder()
                .maxFramePayloadLength(maxFrameSize)
                .handlePing(true)); // so that what the peer says counts as a sign of life
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
