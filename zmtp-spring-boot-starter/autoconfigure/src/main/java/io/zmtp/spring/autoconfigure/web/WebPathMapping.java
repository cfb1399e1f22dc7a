package io.zmtp.spring.autoconfigure.web;

import io.zmtp.reactive.transport.ws.UpgradeAnswer;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import io.zmtp.reactive.transport.ws.WebSocketAcceptor;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * Gives requests for the paths of sockets to these. It is asked before controllers, which have patterns for all paths at
 * times.
 */
final class WebPathMapping implements HandlerMapping, Ordered {

    /** Before routes and controllers, whose orders are -1 and 0. */
    private static final int ORDER = -2;

    private final WebPaths paths;
    private final Origins origins;

    WebPathMapping(WebPaths paths, Origins origins) {
        this.paths = paths;
        this.origins = origins;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        WebSocketAcceptor acceptor =
                paths.at(exchange.getRequest().getPath().pathWithinApplication().value());
        return acceptor == null ? Mono.empty() : Mono.just((WebHandler) asked -> ask(asked, acceptor));
    }

    private Mono<Void> ask(ServerWebExchange exchange, WebSocketAcceptor acceptor) {
        ServerHttpRequest request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.GET)) {
            return refuse(exchange, new UpgradeAnswer.Refuse(405, "expected GET, but it is another method"));
        }
        if (CorsUtils.isCorsRequest(request) && !origins.allow(exchange)) {
            return refuse(
                    exchange,
                    new UpgradeAnswer.Refuse(
                            403, "expected a page of this origin, or of one that CORS allows, but it is another one"));
        }
        return exchange.getPrincipal()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(known -> acceptor.ask(request(request, known.orElse(null))))
                .flatMap(answer -> answer instanceof UpgradeAnswer.Accept accept
                        ? Upgrades.accept(exchange, accept, acceptor.maxFrameSize())
                        : refuse(exchange, (UpgradeAnswer.Refuse) answer));
    }

    private static UpgradeRequest request(ServerHttpRequest request, @Nullable Principal principal) {
        List<Map.Entry<String, String>> headers = request.getHeaders().headerSet().stream()
                .flatMap(field -> field.getValue().stream().map(value -> Map.entry(field.getKey(), value)))
                .toList();
        String query = request.getURI().getRawQuery();
        return new UpgradeRequest(
                request.getPath().value(),
                query == null ? "" : query,
                headers,
                request.getRemoteAddress(),
                null,
                principal);
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, UpgradeAnswer.Refuse refuse) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(refuse.status()));
        refuse.headers().forEach(response.getHeaders()::set);
        response.getHeaders().setContentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8));
        byte[] body = (refuse.sentence() + "\n").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().setContentLength(body.length);
        DataBuffer sentence = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(sentence));
    }
}
