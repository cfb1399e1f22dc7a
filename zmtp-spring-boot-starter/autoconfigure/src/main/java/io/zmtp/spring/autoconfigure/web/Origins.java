package io.zmtp.spring.autoconfigure.web;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.reactive.config.CorsRegistry;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.ServerWebExchange;

/**
 * Which pages of other origins may open a WebSocket: those that the application allows by CORS. Browsers leave that to the
 * server, and do not ask before, as they do for other requests.
 */
final class Origins {

    private final List<CorsConfigurationSource> sources;

    Origins(List<CorsConfigurationSource> beans, List<WebFluxConfigurer> configurers) {
        Registry registry = new Registry();
        configurers.forEach(each -> each.addCorsMappings(registry));
        UrlBasedCorsConfigurationSource registered = new UrlBasedCorsConfigurationSource();
        registered.setCorsConfigurations(registry.all());
        this.sources = Stream.concat(beans.stream(), Stream.of(registered)).toList();
    }

    /** What {@code WebFluxConfigurer.addCorsMappings} adds to. */
    private static final class Registry extends CorsRegistry {

        Map<String, CorsConfiguration> all() {
            return getCorsConfigurations();
        }
    }

    /** Whether the page of a request from another origin may ask: a filter in front has said so, or the configuration says so. */
    boolean allow(ServerWebExchange exchange) {
        if (exchange.getResponse().getHeaders().getAccessControlAllowOrigin() != null) {
            return true;
        }
        String origin = exchange.getRequest().getHeaders().getFirst(HttpHeaders.ORIGIN);
        return sources.stream()
                .map(source -> source.getCorsConfiguration(exchange))
                .filter(Objects::nonNull)
                .anyMatch(allowed -> allowed.checkOrigin(origin) != null);
    }
}
