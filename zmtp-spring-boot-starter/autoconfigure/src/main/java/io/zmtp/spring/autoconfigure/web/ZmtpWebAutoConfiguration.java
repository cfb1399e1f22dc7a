package io.zmtp.spring.autoconfigure.web;

import io.zmtp.reactive.transport.ws.WebSocketHost;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * Makes {@code zmtp.sockets.<name>.bind: ws:/path} a path of the application's own web server, in WebFlux. An application
 * with another server can have a {@link WebSocketHost} of its own.
 *
 * @since 0.1
 */
@AutoConfiguration(before = ZmtpAutoConfiguration.class)
@ConditionalOnClass({DispatcherHandler.class, WebSocketHost.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnMissingBean(WebSocketHost.class)
public final class ZmtpWebAutoConfiguration {

    ZmtpWebAutoConfiguration() {}

    @Bean
    WebPaths zmtpWebPaths() {
        return new WebPaths();
    }

    @Bean
    HandlerMapping zmtpWebPathMapping(
            WebPaths paths,
            ObjectProvider<CorsConfigurationSource> cors,
            ObjectProvider<WebFluxConfigurer> configurers) {
        return new WebPathMapping(
                paths,
                new Origins(
                        cors.orderedStream().toList(),
                        configurers.orderedStream().toList()));
    }
}
