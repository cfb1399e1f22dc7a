package io.zmtp.spring.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Greeting;
import io.zmtp.spring.autoconfigure.SocketOptionsCustomizer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Health and {@code /actuator/zmtp} show printable text of bounded length, whatever a peer sends. */
class HostileTextTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String NASTY = "\r\nforged \u001b[2J\u202egnp.exe\u2066 \u0085\u2028" + "x".repeat(60_000);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpHealthAutoConfiguration.class,
                    ZmtpEndpointAutoConfiguration.class))
            .withPropertyValues(
                    "management.endpoints.web.exposure.include=zmtp",
                    "zmtp.sockets.work.type=pull",
                    "zmtp.sockets.work.bind=tcp://127.0.0.1:*");

    private static void assertFitToBeShown(String text) {
        assertThat(text).matches(Printable::isPrintable).hasSizeLessThan(1500);
    }

    @Test
    void theLastErrorOfAnEndpoint() {
        runner.run(context -> {
            PullSocket work = context.getBean("work", PullSocket.class);
            Endpoint bound = work.endpoints().get(0);
            Mono<MonitorEvent> failed = work.monitor()
                    .filter(event -> event instanceof MonitorEvent.HandshakeFailed)
                    .next()
                    .cache();
            failed.subscribe();
            ScriptedPeer peer = ScriptedPeer.connect(bound).block();
            peer.greet(Greeting.of("NULL", false))
                    .then(peer.send(Command.ready(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(NASTY)))))
                    .thenMany(peer.read(1).repeat())
                    .onErrorComplete()
                    .blockLast(TIMEOUT);
            peer.dispose();
            failed.block(TIMEOUT);
            ZmtpEndpoint endpoint = context.getBean(ZmtpEndpoint.class);
            String error = Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                    .mapNotNull(
                            tick -> endpoint.socket("work").endpoints().get(0).lastError())
                    .blockFirst(TIMEOUT);
            assertThat(error).contains("0x0d0a");
            assertFitToBeShown(error);
            CompositeReactiveHealthContributor all =
                    context.getBean("zmtpHealthContributor", CompositeReactiveHealthContributor.class);
            Health health = ((ReactiveHealthIndicator) all.getContributor("work"))
                    .health()
                    .block(TIMEOUT);
            Map<String, Object> details = health.getDetails();
            assertThat(details).containsKey("lastError");
            details.values().forEach(value -> assertFitToBeShown(value.toString()));
        });
    }

    @Test
    void theUserOfAPeer() {
        SocketOptionsCustomizer everybody =
                (name, options) -> options.mechanism(PlainMechanism.server(shown -> Mono.just(Verdict.accept(NASTY))));
        runner.withBean(SocketOptionsCustomizer.class, () -> everybody).run(context -> {
            PullSocket work = context.getBean("work", PullSocket.class);
            PushSocket push = PushSocket.create(options -> options.mechanism(PlainMechanism.client("ann", "password")));
            try {
                push.connectNow(work.endpoints().get(0));
                work.onPeer().next().block(TIMEOUT);
                ZmtpEndpoint.PeerDescriptor peer = context.getBean(ZmtpEndpoint.class)
                        .socket("work")
                        .peers()
                        .get(0);
                assertThat(peer.userId()).startsWith("\\u000d\\u000aforged");
                assertFitToBeShown(peer.toString());
                assertThat(work.peers().get(0).peer().userId()).isEqualTo(NASTY);
            } finally {
                push.dispose();
            }
        });
    }
}
