package io.zmtp.spring.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.delivery.Work;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.listener.ZmtpListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is refused at the start of sockets that acknowledge messages, and of their listeners. */
class DeliveryStartTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class, ZmtpCodecAutoConfiguration.class, ZmtpListenerAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.defaults.content-type=text/plain",
                    "zmtp.sockets.work.type=pull",
                    "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.work.delivery=done",
                    "zmtp.sockets.jobs.type=push",
                    "zmtp.sockets.jobs.connect=",
                    "zmtp.sockets.jobs.delivery.level=done");

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

    static class PlainStream {
        @ZmtpListener("work")
        Mono<Void> on(Flux<String> jobs) {
            return jobs.then();
        }
    }

    @Test
    void aStreamOfPayloadsIsRefused() {
        refused(runner.withUserConfiguration(PlainStream.class), "takes a stream of messages", "'work'");
    }

    static class SingleWork {
        @ZmtpListener("work")
        void on(Work work) {}
    }

    @Test
    void workOfASingleMessageIsRefused() {
        refused(runner.withUserConfiguration(SingleWork.class), "takes Work");
    }

    static class Streaming {
        @ZmtpListener("work")
        Mono<Void> on(Flux<Work> all) {
            return all.then();
        }
    }

    @Test
    void workOfASocketThatAcknowledgesNothingIsRefused() {
        refused(
                runner.withPropertyValues("zmtp.sockets.work.delivery=none").withUserConfiguration(Streaming.class),
                "nothing is acknowledged by the socket 'work'");
    }

    // ---- dead letters

    @Test
    void aSocketForDeadLettersThatIsNotThereIsRefused() {
        refused(
                runner.withPropertyValues("zmtp.sockets.jobs.delivery.dead-letter=nowhere"),
                "zmtp.sockets.jobs.delivery.dead-letter is 'nowhere', which is no ZMTP socket; there are [jobs, work]");
    }

    @Test
    void aSocketForItsOwnDeadLettersIsRefused() {
        refused(runner.withPropertyValues("zmtp.sockets.jobs.delivery.dead-letter=jobs"), "itself");
    }

    @Test
    void socketsForTheDeadLettersOfEachOtherAreRefused() {
        refused(
                runner.withPropertyValues(
                        "zmtp.sockets.jobs.delivery.dead-letter=dead",
                        "zmtp.sockets.dead.type=push",
                        "zmtp.sockets.dead.connect=",
                        "zmtp.sockets.dead.delivery.level=once",
                        "zmtp.sockets.dead.delivery.dead-letter=jobs"),
                "where dead letters go round");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pull   | of type PULL, and does not send by itself
            rep    | of type REP, and does not send by itself
            router | of type ROUTER, and sends only to the peers or the group that a message names
            """)
    void aSocketThatCannotSendDeadLettersIsRefused(String type, String why) {
        refused(
                runner.withPropertyValues(
                        "zmtp.sockets.jobs.delivery.dead-letter=dead",
                        "zmtp.sockets.dead.type=" + type,
                        "zmtp.sockets.dead.connect="),
                "zmtp.sockets.jobs.delivery.dead-letter is 'dead', which is " + why + ".");
    }

    @Test
    void aSubscriptionForDeadLettersIsRefused() {
        refused(
                runner.withPropertyValues(
                        "zmtp.sockets.jobs.delivery.dead-letter=ticks",
                        "zmtp.sockets.ticks.type=sub",
                        "zmtp.sockets.ticks.connect=inproc://market",
                        "zmtp.sockets.ticks.replay.connect=inproc://market-replay"),
                "zmtp.sockets.jobs.delivery.dead-letter is 'ticks', which is a subscription, and does not send.");
    }

    // ---- options

    @Test
    void aRuleForFullQueuesThatDropsIsRefused() {
        refused(
                runner.withPropertyValues("zmtp.sockets.jobs.on-full=drop-oldest"),
                "An option of the ZMTP socket 'jobs' does not fit",
                "DROP_OLDEST");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            delivery.dead-letter-after | 400000d  | expected at most 106751 days, but it is PT9600000H
            delivery.dead-letter-after | -400000d | expected at most 106751 days, but it is PT-9600000H
            delivery.dead-letter-after | 0s       | expected a duration above zero, but it is PT0S
            delivery.retry-backoff     | 400000d  | expected at most 106751 days, but it is PT9600000H
            delivery.retry-backoff     | -1s      | expected no negative duration, but it is PT-1S
            delivery.retries           | -1       | expected no negative number, but it is -1
            delivery.max-under-way     | 0        | expected at least 1, but it is 0
            heartbeat.interval         | -1s      | expected no negative duration, but it is PT-1S
            heartbeat.timeout          | 400000d  | expected at most 106751 days, but it is PT9600000H
            idle-timeout               | 400000d  | expected at most 106751 days, but it is PT9600000H
            linger                     | 400000d  | expected at most 106751 days, but it is PT9600000H
            max-age                    | -1s      | expected PT0.001S to PT576H, but it is PT-1S
            reconnect.max              | 400000d  | expected at most 106751 days, but it is PT9600000H
            send-hwm                   | 0        | expected at least 1, but it is 0
            """)
    void aValueThatDoesNotFitIsRefusedWithItsKey(String key, String value, String why) {
        refused(
                runner.withPropertyValues(
                        "zmtp.sockets.jobs.heartbeat.interval=1s", "zmtp.sockets.jobs." + key + "=" + value),
                "An option of the ZMTP socket 'jobs' does not fit: zmtp.sockets.jobs." + key + ": " + why);
    }
}
