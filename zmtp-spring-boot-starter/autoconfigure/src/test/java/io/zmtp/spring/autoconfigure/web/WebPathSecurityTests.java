package io.zmtp.spring.autoconfigure.web;

import static io.zmtp.spring.autoconfigure.web.Web.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.autoconfigure.web.Web.Server;
import io.zmtp.spring.listener.ZmtpListener;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import reactor.core.publisher.Mono;

/** Spring Security in front of a socket. */
class WebPathSecurityTests {

    private static final String ADA =
            "Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(StandardCharsets.UTF_8));

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebFluxSecurity
    static class Application {

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(User.withUsername("ada")
                    .password("{noop}secret")
                    .roles("TRADER")
                    .build());
        }

        @Bean
        SecurityWebFilterChain chain(ServerHttpSecurity http) {
            return http.authorizeExchange(paths -> paths.pathMatchers("/zmtp/desk")
                            .hasRole("TRADER")
                            .anyExchange()
                            .permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @ZmtpListener("desk")
        Mono<String> desk(String text, @Nullable Principal who, @Nullable Authentication how, Peer peer) {
            return Mono.just(text + " " + (who == null ? "nobody" : who.getName()) + " "
                    + (how == null ? "" : how.getAuthorities()) + " " + peer.userId());
        }
    }

    private static Web start(Server server) {
        return Web.start(
                server,
                Application.class,
                "zmtp.sockets.desk.type=router",
                "zmtp.sockets.desk.bind=ws:/zmtp/desk,tcp://127.0.0.1:*",
                "zmtp.sockets.open.type=router",
                "zmtp.sockets.open.bind=ws:/zmtp/open");
    }

    @ParameterizedTest
    @EnumSource
    void theUserIsOnThePeerAndInTheArguments(Server server) {
        ReqSocket req =
                ReqSocket.create(options -> options.client(client -> client.upgradeHeader("Authorization", ADA)));
        try (Web web = start(server)) {
            assertThat(web.get("/zmtp/desk").statusCode()).isEqualTo(401);
            assertThat(web.get("/zmtp/desk", "Authorization", ADA).statusCode()).isEqualTo(426);
            req.connectNow(web.at("/zmtp/desk"));
            assertThat(req.request(Message.of("hello")).block(TIMEOUT))
                    .isEqualTo(Message.of("hello ada [ROLE_TRADER] ada"));
            Peer peer = web.bean("desk", RouterSocket.class).peers().get(0).peer();
            assertThat(peer.principal()).isInstanceOf(Authentication.class);
        } finally {
            req.dispose();
        }
    }

    @Test
    void thoseWhoComeAnotherWayHaveNoPrincipal() {
        ReqSocket req = ReqSocket.create();
        DealerSocket open = DealerSocket.create();
        try (Web web = start(Server.NETTY)) {
            req.connectNow("tcp://127.0.0.1:" + web.context().getEnvironment().getProperty("local.zmtp.desk.port"));
            assertThat(req.request(Message.of("hello")).block(TIMEOUT)).isEqualTo(Message.of("hello nobody  null"));
            open.connectNow(web.at("/zmtp/open"));
            Peer peer = web.bean("open", RouterSocket.class)
                    .onPeer()
                    .blockFirst(TIMEOUT)
                    .peer();
            assertThat(peer.principal()).isNull();
            assertThat(peer.userId()).isNull();
        } finally {
            req.dispose();
            open.dispose();
        }
    }
}
