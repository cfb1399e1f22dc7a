package io.zmtp.spring.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.health.ZmtpEndpoint;
import io.zmtp.spring.health.ZmtpEndpointAutoConfiguration;
import io.zmtp.spring.health.ZmtpHealthAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.metrics.ZmtpMetricsAutoConfiguration;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Meters, health, the endpoint and the end of publications with a history and of subscriptions to them. */
class ReplayOperationsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    static class Ticks {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @ZmtpListener(id = "ticks", socket = "ticks")
        void on(String tick) {
            seen.add(tick);
        }

        String next() throws InterruptedException {
            return seen.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class,
                    ZmtpMetricsAutoConfiguration.class,
                    ZmtpHealthAutoConfiguration.class,
                    ZmtpEndpointAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class)
            .withUserConfiguration(Ticks.class)
            .withPropertyValues(
                    "management.endpoints.web.exposure.include=zmtp",
                    "zmtp.listener.auto-startup=false",
                    "zmtp.defaults.content-type=text/plain",
                    "zmtp.defaults.linger=0s",
                    "zmtp.sockets.feed.type=pub",
                    "zmtp.sockets.feed.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.feed.replay.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.feed.replay.messages=3",
                    "zmtp.sockets.ticks.type=sub",
                    "zmtp.sockets.ticks.connect=inproc://ops-feed",
                    "zmtp.sockets.ticks.replay.connect=inproc://ops-feed-history",
                    "zmtp.sockets.ticks.replay.check=20ms",
                    "zmtp.sockets.ticks.replay.from=0",
                    "zmtp.sockets.ticks.replay.on-gap=log");

    /** The history lies at an endpoint that its subscribers know. */
    private static ReplayPublisher begin(ApplicationContext context, int messages) {
        ReplayPublisher feed = context.getBean("feed", ReplayPublisher.class);
        feed.replay().bindNow("inproc://ops-feed-history");
        feed.publication().bindNow("inproc://ops-feed");
        for (int i = 0; i < messages; i++) {
            context.getBean(ZmtpTemplate.class).send("feed", "md.x", "" + i).block(TIMEOUT);
        }
        return feed;
    }

    private static Health health(ApplicationContext context, String socket) {
        CompositeReactiveHealthContributor all =
                (CompositeReactiveHealthContributor) context.getBean("zmtpHealthContributor");
        return ((ReactiveHealthIndicator) all.getContributor(socket)).health().block(TIMEOUT);
    }

    private static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(TIMEOUT);
    }

    private static double counter(ApplicationContext context, String meter) {
        return context.getBean(MeterRegistry.class)
                .get(meter)
                .tags("messaging.destination.name", "ticks", "zmtp.socket.type", "SUB")
                .functionCounter()
                .count();
    }

    private static double gauge(ApplicationContext context, String meter) {
        return context.getBean(MeterRegistry.class).get(meter).gauge().value();
    }

    @Test
    void countGapsAndShowTheHistory() {
        runner.run(context -> {
            begin(context, 5);
            context.getBean(ZmtpListenerRegistry.class).start("ticks");
            Ticks ticks = context.getBean(Ticks.class);
            assertThat(ticks.next()).isEqualTo("2");
            assertThat(ticks.next()).isEqualTo("3");
            assertThat(ticks.next()).isEqualTo("4");
            assertThat(counter(context, "zmtp.replay.lost")).isEqualTo(2);
            assertThat(counter(context, "zmtp.replay.replayed")).isEqualTo(3);
            assertThat(counter(context, "zmtp.replay.duplicates")).isZero();
            assertThat(gauge(context, "zmtp.replay.history.messages")).isEqualTo(3);
            assertThat(gauge(context, "zmtp.replay.history.size")).isPositive();
            assertThat(gauge(context, "zmtp.replay.gap.open")).isZero();
        });
    }

    @Test
    void areInTheEndpoint() {
        runner.run(context -> {
            ReplayPublisher feed = begin(context, 5);
            context.getBean(ZmtpListenerRegistry.class).start("ticks");
            assertThat(context.getBean(Ticks.class).next()).isEqualTo("2");
            ZmtpEndpoint endpoint = context.getBean(ZmtpEndpoint.class);
            assertThat(endpoint.sockets().sockets())
                    .extracting(ZmtpEndpoint.SocketDescriptor::name)
                    .containsExactly("feed", "feed.replay", "ticks");
            assertThat(endpoint.socket("feed").replay())
                    .isInstanceOfSatisfying(ZmtpEndpoint.HistoryDescriptor.class, history -> {
                        assertThat(history.epoch()).isEqualTo(feed.epoch());
                        assertThat(history.oldest()).isEqualTo(2);
                        assertThat(history.next()).isEqualTo(5);
                    });
            ZmtpEndpoint.SocketDescriptor ticks = endpoint.socket("ticks");
            assertThat(ticks.type()).isEqualTo("SUB");
            assertThat(ticks.listeners()).containsExactly("ticks");
            assertThat(ticks.endpoints())
                    .extracting(ZmtpEndpoint.EndpointDescriptor::uri)
                    .containsExactlyInAnyOrder("inproc://ops-feed", "inproc://ops-feed-history");
            assertThat(ticks.peers()).hasSize(2);
            assertThat(ticks.replay())
                    .isInstanceOfSatisfying(
                            ZmtpEndpoint.SubscriptionDescriptor.class,
                            seen -> assertThat(seen.lost()).isEqualTo(2));
            assertThat(endpoint.steer("ticks", ZmtpEndpoint.Action.PAUSE).state())
                    .isEqualTo("PAUSED");
        });
    }

    @Test
    void areUnknownBeforeTheyStartAndUpWithAPublisher() {
        runner.run(context -> {
            assertThat(health(context, "ticks").getStatus()).isEqualTo(Status.UNKNOWN);
            assertThat(health(context, "feed.replay").getStatus()).isEqualTo(Status.UP);
            begin(context, 1);
            context.getBean(ZmtpListenerRegistry.class).start("ticks");
            assertThat(context.getBean(Ticks.class).next()).isEqualTo("0");
            assertThat(health(context, "ticks").getStatus()).isEqualTo(Status.UP);
            assertThat(health(context, "ticks").getDetails())
                    .containsEntry("peers", 1)
                    .containsEntry("lost", 0L)
                    .containsEntry("listeners", Map.of("ticks", "RUNNING"));
        });
    }

    @Test
    void areDownWithoutAPublisherAfterTheTimeOfGrace() {
        runner.withPropertyValues("zmtp.health.grace=0s").run(context -> {
            context.getBean(ZmtpListenerRegistry.class).start("ticks");
            await(() -> !context.getBean(ZmtpReplays.class)
                    .subscription("ticks")
                    .orElseThrow()
                    .sockets()
                    .isEmpty());
            assertThat(health(context, "ticks").getStatus()).isEqualTo(Status.DOWN);
        });
    }

    @Test
    void areDownWhileAGapIsOpenForLongerThanTheLimit() {
        runner.withPropertyValues("zmtp.health.max-gap=1ms").run(context -> {
            ReplayPublisher feed = begin(context, 0);
            context.getBean(ZmtpListenerRegistry.class).start("ticks");
            feed.publication().awaitSubscribers("", 1).block(TIMEOUT);
            context.getBean(ZmtpTemplate.class).send("feed", "md.x", "0").block(TIMEOUT);
            assertThat(context.getBean(Ticks.class).next()).isEqualTo("0");
            assertThat(health(context, "ticks").getStatus()).isEqualTo(Status.UP);
            feed.replay().close().block(TIMEOUT);
            feed.publication().unbind(Endpoint.parse("inproc://ops-feed")).block(TIMEOUT);
            feed.send("md.x", "1").block(TIMEOUT); // which nobody hears
            feed.publication().bindNow("inproc://ops-feed");
            feed.publication().awaitSubscribers("", 1).block(TIMEOUT);
            feed.send("md.x", "2").block(TIMEOUT);
            await(() -> health(context, "ticks").getStatus().equals(Status.DOWN));
            assertThat(health(context, "ticks").getDetails()).containsKey("openGap");
            assertThat(gauge(context, "zmtp.replay.gap.open")).isPositive();
            assertThat(counter(context, "zmtp.replay.gaps")).isEqualTo(1);
        });
    }

    @Test
    void countThePeersOfAllSubscribers() {
        runner.run(context -> {
            begin(context, 1);
            context.getBean(ZmtpListenerRegistry.class).start("ticks");
            assertThat(context.getBean(Ticks.class).next()).isEqualTo("0");
            StepVerifier.create(context.getBean(ZmtpTemplate.class).receive("ticks", String.class))
                    .expectNext("0")
                    .then(() -> await(() -> peers(context) == 2))
                    .thenCancel()
                    .verify(TIMEOUT);
            await(() -> peers(context) == 1);
        });
    }

    private static double peers(ApplicationContext context) {
        return context.getBean(MeterRegistry.class)
                .get("zmtp.peers")
                .tags("messaging.destination.name", "ticks", "zmtp.socket.type", "SUB")
                .gauge()
                .value();
    }

    @Test
    void areOutOfHealthAsTheirSocketIs() {
        runner.withPropertyValues("zmtp.sockets.feed.health=false", "zmtp.sockets.ticks.health=false")
                .run(context -> assertThat(
                                ((CompositeReactiveHealthContributor) context.getBean("zmtpHealthContributor"))
                                        .stream())
                        .isEmpty());
    }

    @Test
    void completeWhatTheySubscribedToBeforeTheWebServerWaits() {
        runner.run(context -> {
            ReplayPublisher feed = begin(context, 1);
            StepVerifier.create(context.getBean(ZmtpTemplate.class).receive("ticks", String.class))
                    .expectNext("0")
                    .then(context::close)
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(feed.isDisposed()).isTrue();
        });
    }
}
