package io.zmtp.spring.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** A socket that is made for a binding is protected as {@code zmtp.defaults} says, or there is none. */
class ZmtpBinderSecurityTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Bean
        Consumer<String> hear() {
            return heard::add;
        }
    }

    private static SpringApplicationBuilder application(String... security) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                .properties(
                        "zmtp.defaults.linger=0s",
                        "spring.cloud.stream.bindings.hear-in-0.destination=tcp://127.0.0.1:*",
                        "spring.cloud.stream.zmtp.bindings.hear-in-0.consumer.bind=true")
                .properties(security);
    }

    private static PushSocket push(Mechanism mechanism) {
        return PushSocket.create(options -> options.mechanism(mechanism).linger(Duration.ZERO));
    }

    /** Only what comes behind a handshake with the mechanism is heard. */
    private static void isOnlyFor(Mechanism known, Mechanism other, String... security) throws InterruptedException {
        try (ConfigurableApplicationContext context = application(security).run()) {
            String endpoint = context.getBean(ZmtpSockets.class)
                    .get("hear-in-0")
                    .endpoints()
                    .get(0)
                    .toString();
            PushSocket stranger = push(other);
            Mono<MonitorEvent> refused = stranger.monitor()
                    .filter(event -> event instanceof MonitorEvent.HandshakeFailed
                            || event instanceof MonitorEvent.HandshakeSucceeded)
                    .next()
                    .cache();
            refused.subscribe();
            PushSocket friend = push(known);
            try {
                stranger.connectNow(endpoint);
                stranger.send("stranger").subscribe();
                assertThat(refused.block(TIMEOUT)).isInstanceOf(MonitorEvent.HandshakeFailed.class);
                friend.connectNow(endpoint);
                friend.send("friend").block(TIMEOUT);
                assertThat(context.getBean(Application.class).heard.poll(30, TimeUnit.SECONDS))
                        .isEqualTo("friend");
            } finally {
                stranger.dispose();
                friend.dispose();
            }
        }
    }

    @Test
    void byPlain() throws InterruptedException {
        isOnlyFor(
                PlainMechanism.client("ann", "secret"),
                NullMechanism.create(),
                "zmtp.defaults.security.mechanism=plain",
                "zmtp.defaults.security.users.ann=secret");
    }

    @Test
    void byCurve() throws InterruptedException {
        KeyPair server = KeyPair.generate();
        KeyPair client = KeyPair.generate();
        isOnlyFor(
                CurveMechanism.client(server.publicKey(), client),
                CurveMechanism.client(server.publicKey(), KeyPair.generate()),
                "zmtp.defaults.security.mechanism=curve",
                "zmtp.defaults.security.secret-key=hex:" + server.secretKey().hex(),
                "zmtp.defaults.security.clients=hex:" + client.publicKey().hex());
    }

    @ParameterizedTest
    @ValueSource(strings = {"security.users.ann=secret", "security.clients=*", "security.password=secret"})
    void credentialsWithoutAMechanismStopTheStart(String credential) {
        Throwable failure = catchThrowable(
                () -> application("zmtp.defaults." + credential).run().close());
        assertThat(failure)
                .hasRootCauseInstanceOf(ZmtpConfigurationException.class)
                .rootCause()
                .hasMessageStartingWith("zmtp.defaults.security.")
                .hasMessageContaining("'hear-in-0': security.mechanism is missing");
    }

    @Test
    void credentialsOfTheDefaultsThatNamedSocketsUseWithAMechanismOfTheirOwnStopTheStartToo() {
        Throwable failure = catchThrowable(() -> application(
                        "zmtp.defaults.security.users.ann=secret",
                        "zmtp.sockets.in.type=pull",
                        "zmtp.sockets.in.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.in.security.mechanism=plain")
                .run()
                .close());
        assertThat(failure).hasRootCauseInstanceOf(ZmtpConfigurationException.class);
    }

    @Test
    void aBundleThatProtectsNothingStopsTheStart() {
        Throwable failure = catchThrowable(
                () -> application("zmtp.defaults.ssl.bundle=mine").run().close());
        assertThat(failure)
                .hasRootCauseInstanceOf(ZmtpConfigurationException.class)
                .rootCause()
                .hasMessageStartingWith(
                        "zmtp.defaults.ssl.bundle has no effect on the socket 'hear-in-0': no endpoint of it is tls+tcp");
    }
}
