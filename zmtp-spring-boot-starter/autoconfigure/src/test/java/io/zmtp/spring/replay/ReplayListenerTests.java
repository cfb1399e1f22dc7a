package io.zmtp.spring.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpGapException;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.replay.Update;
import io.zmtp.spring.autoconfigure.ReplaySubscriberCustomizer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpHeaders;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.template.ZmtpBlockingTemplate;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.Header;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A publication with a history, and listeners that need nothing but a replay at their socket. */
class ReplayListenerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner publishing = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.defaults.content-type=text/plain",
                    "zmtp.defaults.linger=0s",
                    "zmtp.sockets.feed.type=pub",
                    "zmtp.sockets.feed.bind=inproc://replay-feed",
                    "zmtp.sockets.feed.replay.bind=inproc://replay-feed-history",
                    "zmtp.sockets.feed.replay.messages=5");

    private final ApplicationContextRunner runner = publishing.withPropertyValues(
            "zmtp.listener.auto-startup=false",
            "zmtp.sockets.ticks.type=sub",
            "zmtp.sockets.ticks.connect=inproc://replay-feed",
            "zmtp.sockets.ticks.replay.connect=inproc://replay-feed-history",
            "zmtp.sockets.ticks.replay.check=50ms",
            "zmtp.sockets.ticks.replay.from=0");

    static class Seen {
        final BlockingQueue<Object> things = new LinkedBlockingQueue<>();

        List<Object> next(int count) throws InterruptedException {
            List<Object> next = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Object thing = things.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                assertThat(thing).as("after " + next).isNotNull();
                next.add(thing);
            }
            return next;
        }
    }

    private static void publish(ApplicationContext context, int from, int to) {
        ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
        for (int i = from; i < to; i++) {
            template.send("feed", "md.x", "" + i).block(TIMEOUT);
        }
    }

    private static ZmtpListenerRegistry listeners(ApplicationContext context) {
        return context.getBean(ZmtpListenerRegistry.class);
    }

    static class Plain extends Seen {
        @ZmtpListener(id = "ticks", socket = "ticks")
        void on(String tick) {
            things.add(tick);
        }
    }

    @Test
    void getWhatWasPublishedBeforeTheyStarted() {
        runner.withUserConfiguration(Plain.class).run(context -> {
            publish(context, 0, 3);
            listeners(context).start("ticks");
            assertThat(context.getBean(Plain.class).next(3)).containsExactly("0", "1", "2");
            publish(context, 3, 5);
            assertThat(context.getBean(Plain.class).next(2)).containsExactly("3", "4");
        });
    }

    @Test
    void goOnWhereTheyWereStopped() {
        runner.withUserConfiguration(Plain.class).run(context -> {
            publish(context, 0, 2);
            listeners(context).start("ticks");
            assertThat(context.getBean(Plain.class).next(2)).containsExactly("0", "1");
            listeners(context).stop("ticks").block(TIMEOUT);
            publish(context, 2, 4);
            listeners(context).start("ticks");
            publish(context, 4, 5);
            assertThat(context.getBean(Plain.class).next(3)).containsExactly("2", "3", "4");
        });
    }

    @Test
    void beginWhereACustomizerSays() {
        runner.withUserConfiguration(Plain.class)
                .withBean(
                        ReplaySubscriberCustomizer.class,
                        () -> (socket, subscriber) -> subscriber.from(
                                Map.of(subscriber.publishers().get(0).publication(), Start.at(2))))
                .run(context -> {
                    publish(context, 0, 4);
                    listeners(context).start("ticks");
                    assertThat(context.getBean(Plain.class).next(2)).containsExactly("2", "3");
                });
    }

    record Numbered(long number, long epoch, boolean replayed, String topic, String text) {}

    static class ByHeaders extends Seen {
        @ZmtpListener(id = "ticks", socket = "ticks", topics = "md.")
        void on(
                String tick,
                @Header(ZmtpHeaders.NUMBER) long number,
                @Header(ZmtpHeaders.EPOCH) long epoch,
                @Header(ZmtpHeaders.REPLAYED) boolean replayed,
                @Header(ZmtpHeaders.TOPIC) String topic,
                Published published) {
            assertThat(published.number()).isEqualTo(number);
            things.add(new Numbered(number, epoch, replayed, topic, tick));
        }
    }

    @Test
    void knowTheNumbers() {
        runner.withUserConfiguration(ByHeaders.class).run(context -> {
            publish(context, 0, 1);
            context.getBean(ZmtpTemplate.class).send("feed", "other", "x").block(TIMEOUT);
            publish(context, 2, 3);
            listeners(context).start("ticks");
            long epoch = context.getBean("feed", ReplayPublisher.class).epoch();
            assertThat(context.getBean(ByHeaders.class).next(2))
                    .containsExactly(
                            new Numbered(0, epoch, true, "md.x", "0"), new Numbered(2, epoch, true, "md.x", "2"));
        });
    }

    // ---- gaps

    @Test
    void stopAtAGapAndGoOnBehindItWhenTheyAreStartedAgain() {
        runner.withUserConfiguration(Plain.class).run(context -> {
            publish(context, 0, 8); // the history has 5 of them
            ZmtpListenerRegistry registry = listeners(context);
            registry.start("ticks");
            Flux.interval(Duration.ofMillis(5))
                    .filter(tick -> registry.state("ticks") == ListenerState.FAILED)
                    .blockFirst(TIMEOUT);
            assertThat(registry.failure("ticks").orElseThrow()).isInstanceOfSatisfying(ZmtpGapException.class, gap -> {
                assertThat(gap.first()).isEqualTo(0);
                assertThat(gap.last()).isEqualTo(2);
            });
            registry.start("ticks");
            assertThat(context.getBean(Plain.class).next(5)).containsExactly("3", "4", "5", "6", "7");
        });
    }

    static class WithGaps extends Plain {
        @ZmtpListener(id = "gaps", socket = "ticks")
        void gap(Gap gap, @Header(ZmtpHeaders.NUMBER) long last) {
            things.add(gap.first() + "-" + last);
        }
    }

    private ApplicationContextRunner emitting() {
        return runner.withPropertyValues("zmtp.sockets.ticks.replay.on-gap=emit");
    }

    @Test
    void takeGapsByAMethodOfTheirOwn() {
        emitting().withUserConfiguration(WithGaps.class).run(context -> {
            publish(context, 0, 8);
            listeners(context).start("gaps");
            assertThat(context.getBean(WithGaps.class).next(6))
                    .containsExactlyInAnyOrder("0-2", "3", "4", "5", "6", "7");
        });
    }

    static class Updates extends Seen {
        @ZmtpListener(id = "ticks", socket = "ticks")
        Mono<Void> on(Update update) {
            things.add(
                    update instanceof Gap gap
                            ? "gap " + gap.count()
                            : ((Published) update).message().text());
            return Mono.empty();
        }
    }

    @Test
    void takeGapsInTheirPlace() {
        emitting().withUserConfiguration(Updates.class).run(context -> {
            publish(context, 0, 7);
            listeners(context).start("ticks");
            assertThat(context.getBean(Updates.class).next(6)).containsExactly("gap 2", "2", "3", "4", "5", "6");
        });
    }

    static class Streaming extends Seen {
        @ZmtpListener(id = "ticks", socket = "ticks")
        Mono<Void> on(Flux<Update> updates) {
            return updates.doOnNext(update -> things.add(update.last())).then();
        }
    }

    @Test
    void takeTheStreamOfUpdates() {
        emitting().withUserConfiguration(Streaming.class).run(context -> {
            publish(context, 0, 7);
            listeners(context).start("ticks");
            assertThat(context.getBean(Streaming.class).next(3)).containsExactly(1L, 2L, 3L);
        });
    }

    @Test
    void goOnBehindAGapThatIsLogged() {
        runner.withPropertyValues("zmtp.sockets.ticks.replay.on-gap=log")
                .withUserConfiguration(Plain.class)
                .run(context -> {
                    publish(context, 0, 6);
                    listeners(context).start("ticks");
                    assertThat(context.getBean(Plain.class).next(2)).containsExactly("1", "2");
                });
    }

    // ---- templates

    @Test
    void templatesPublishWithNumbersAndReceive() {
        runner.run(context -> {
            context.getBean(ZmtpBlockingTemplate.class).send("feed", "md.x", "0");
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            template.sendAll("feed", Flux.just(Message.of("md.x", "1"))).block(TIMEOUT);
            assertThat(context.getBean(ReplayPublisher.class).next()).isEqualTo(2);
            StepVerifier.create(template.receive("ticks", String.class))
                    .expectNext("0", "1")
                    .thenCancel()
                    .verify(TIMEOUT);
            StepVerifier.create(template.receive("ticks", Update.class).map(Update::last))
                    .expectNext(0L, 1L)
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    // ---- what is refused at the start

    private static void refused(ApplicationContextRunner wrong, String... texts) {
        wrong.run(context -> {
            assertThat(context).hasFailed();
            Throwable failure = context.getStartupFailure();
            while (!(failure instanceof ZmtpConfigurationException)) {
                assertThat(failure.getCause()).as("cause of " + failure).isNotNull();
                failure = failure.getCause();
            }
            assertThat(failure).hasMessageContainingAll(texts);
        });
    }

    @Test
    void aPlaceToBeginThatIsNoneIsRefused() {
        refused(
                runner.withPropertyValues("zmtp.sockets.ticks.replay.from=yesterday"),
                "zmtp.sockets.ticks.replay.from is 'yesterday'");
    }

    @Test
    void aPublicationWithoutItsReplayIsRefused() {
        refused(
                runner.withPropertyValues("zmtp.sockets.ticks.connect=inproc://a,inproc://b"),
                "zmtp.sockets.ticks.connect has 2 endpoint(s)",
                "replay.connect has 1");
    }

    @Test
    void aSubscriptionThatIsBoundIsRefused() {
        refused(runner.withPropertyValues("zmtp.sockets.ticks.bind=inproc://c"), "bind", "a replay of its own");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            feed.replay.messages  | 0        | expected more than zero, but it is 0
            feed.replay.max-age   | 400000d  | expected at most 106751 days, but it is PT9600000H
            feed.replay.max-age   | 0s       | expected a duration above zero, and at most 106751 days, but it is PT0S
            ticks.replay.check    | 0s       | expected a duration above zero, and at most 106751 days, but it is PT0S
            ticks.replay.timeout  | -1s      | expected a duration above zero, and at most 106751 days, but it is PT-1S
            ticks.replay.patience | -400000d | expected at most 106751 days, but it is PT-9600000H
            """)
    void aValueThatDoesNotFitIsRefusedWithItsKey(String key, String value, String why) {
        refused(
                runner.withPropertyValues("zmtp.sockets." + key + "=" + value),
                "does not fit: zmtp.sockets." + key + ": " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://*:5557", "tcp://market:*", "udp://market:5557", "ws:/replay"})
    void aReplayThatCannotBeConnectedToIsRefused(String endpoint) {
        refused(
                runner.withPropertyValues("zmtp.sockets.ticks.replay.connect=" + endpoint),
                "zmtp.sockets.ticks.replay.connect",
                "cannot be connected to");
    }

    @Test
    void gapsThatNobodyTakesAreRefused() {
        refused(emitting().withUserConfiguration(Plain.class), "on-gap is emit, but no method takes the gaps");
    }

    @Test
    void aMethodForGapsThatAreNotEmittedIsRefused() {
        refused(runner.withUserConfiguration(WithGaps.class), "takes gaps, but the socket 'ticks' does not emit them");
    }

    static class GapAndPayload extends Seen {
        @ZmtpListener("ticks")
        void on(Gap gap, String tick) {}
    }

    @Test
    void aGapBesideAPayloadIsRefused() {
        refused(emitting().withUserConfiguration(GapAndPayload.class), "takes a gap and a payload");
    }

    static class Alone extends Seen {
        @ZmtpListener(id = "alone", socket = "ticks", topics = "md.")
        void on(Gap gap) {}
    }

    @Test
    void aMethodForTheGapsOfNoListenerIsRefused() {
        refused(emitting().withUserConfiguration(Alone.class), "'alone' takes the gaps", "with the same topics");
    }

    @Test
    void updatesOfASocketWithoutAReplayAreRefused() {
        refused(
                publishing
                        .withPropertyValues("zmtp.sockets.ticks.type=sub", "zmtp.sockets.ticks.connect=inproc://a")
                        .withUserConfiguration(Updates.class),
                "the socket 'ticks' has no replay");
    }

    @Test
    void sayHowToTakeTheMessagesOfASubscription() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(ZmtpTemplate.class).receive("ticks", String.class, Duration.ofSeconds(1)))
                .isInstanceOf(ZmtpConfigurationException.class)
                .hasMessageContaining("has a replay"));
    }
}
