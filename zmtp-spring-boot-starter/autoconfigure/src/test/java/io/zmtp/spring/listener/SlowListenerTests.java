package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A slow listener holds up itself, and neither the others of its socket nor the peers. */
class SlowListenerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues("zmtp.defaults.linger=0s");

    private ApplicationContextRunner desk(Class<?> listener, String asks, String answers) {
        String endpoint = "inproc://slow-" + listener.getSimpleName() + "-" + asks + "-" + answers;
        return runner.withUserConfiguration(listener)
                .withPropertyValues(
                        "zmtp.sockets.ask.type=" + asks,
                        "zmtp.sockets.ask.connect=" + endpoint,
                        "zmtp.sockets.desk.type=" + answers,
                        "zmtp.sockets.desk.bind=" + endpoint);
    }

    private static Mono<String> call(ApplicationContext context, String route, String text) {
        return context.getBean(ZmtpTemplate.class).request("ask", route, text, String.class);
    }

    private static void answers(ApplicationContext context, String route) {
        StepVerifier.create(call(context, route, "tea"))
                .expectNext("tea")
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** What happens to the slow method, one word each. */
    static class Desk {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        final CountDownLatch go = new CountDownLatch(1);

        @Nullable
        String next() throws InterruptedException {
            return events.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }

        String slow(String text) throws InterruptedException {
            events.add("begun");
            try {
                go.await();
            } catch (InterruptedException interrupted) {
                events.add("interrupted");
                throw interrupted;
            }
            return text;
        }
    }

    static class Usual extends Desk {
        @ZmtpListener(socket = "desk", topics = "text")
        String text(String text) {
            return text;
        }

        @Override
        @ZmtpListener(socket = "desk", topics = "slow")
        String slow(String text) throws InterruptedException {
            return super.slow(text);
        }

        @ZmtpListener(socket = "desk", topics = "never")
        Mono<String> never(String text) {
            return Mono.<String>never()
                    .doOnSubscribe(begun -> events.add("begun"))
                    .doOnCancel(() -> events.add("cancelled"));
        }

        @ZmtpListener(socket = "desk", topics = "limited", timeout = "50ms")
        String limited(String text) throws InterruptedException {
            return super.slow(text);
        }

        @ZmtpListener(socket = "desk", topics = "later", timeout = "50ms")
        Mono<String> later(String text) {
            return never(text);
        }
    }

    private static List<Disposable> many(ApplicationContext context, String route, int count) {
        List<Disposable> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(call(context, route, "tea").subscribe(reply -> {}, failure -> {}));
        }
        return calls;
    }

    /** More than there are threads for one listener. */
    @ParameterizedTest
    @CsvSource({"dealer, router, slow", "req, rep, slow", "dealer, router, never", "req, rep, never"})
    void othersAnswerWhileItIsBusyWithAllThatItCanDo(String asks, String answers, String slow) {
        desk(Usual.class, asks, answers)
                .withPropertyValues("zmtp.sockets.ask." + (asks.equals("req") ? "correlate=true" : "linger=0s"))
                .run(context -> {
                    List<Disposable> calls = many(context, slow, 300);
                    assertThat(context.getBean(Usual.class).next()).isEqualTo("begun");
                    answers(context, "text");
                    calls.forEach(Disposable::dispose);
                    answers(context, "text");
                    context.getBean(Usual.class).go.countDown();
                });
    }

    @ParameterizedTest
    @CsvSource({"slow, interrupted", "never, cancelled"})
    void itsWorkEndsWhenTheCallerGivesUp(String route, String end) {
        desk(Usual.class, "dealer", "router").run(context -> {
            Usual desk = context.getBean(Usual.class);
            for (int i = 0; i < 3; i++) {
                Disposable call = call(context, route, "tea").subscribe();
                assertThat(desk.next()).isEqualTo("begun");
                call.dispose();
                assertThat(desk.next()).isEqualTo(end);
            }
            assertThat(context.getBean("desk", RouterSocket.class).drops()).isEmpty();
        });
    }

    static class Failures implements ZmtpErrorHandler {
        final BlockingQueue<Throwable> seen = new LinkedBlockingQueue<>();

        @Override
        public Outcome handle(Throwable failure, Message message, String listener) {
            seen.add(failure);
            return new Outcome.Stop();
        }
    }

    /** With one place a call begins when the one before has left it. */
    @Test
    void aCallThatIsGivenUpIsNoFailureOfIt() {
        desk(Usual.class, "dealer", "router")
                .withBean(Failures.class)
                .withPropertyValues("zmtp.listener.concurrency=1")
                .run(context -> {
                    Usual desk = context.getBean(Usual.class);
                    for (int i = 0; i < 3; i++) {
                        Disposable call = call(context, "slow", "tea").subscribe();
                        assertThat(desk.next()).isEqualTo("begun");
                        call.dispose();
                        assertThat(desk.next()).isEqualTo("interrupted");
                    }
                    desk.go.countDown();
                    answers(context, "slow");
                    assertThat(context.getBean(Failures.class).seen).isEmpty();
                });
    }

    @ParameterizedTest
    @CsvSource({"dealer", "req"})
    void itsWorkEndsWhenTheCallerGoes(String asks) {
        desk(Usual.class, asks, "router").run(context -> {
            Usual desk = context.getBean(Usual.class);
            call(context, "never", "tea").subscribe(reply -> {}, failure -> {});
            assertThat(desk.next()).isEqualTo("begun");
            context.getBean("ask", io.zmtp.reactive.socket.ZmtpSocket.class).dispose();
            assertThat(desk.next()).isEqualTo("cancelled");
        });
    }

    @ParameterizedTest
    @CsvSource({"limited, interrupted", "later, cancelled"})
    void whatTakesTooLongFailsAndItsWorkEnds(String route, String end) {
        desk(Usual.class, "dealer", "router").run(context -> {
            StepVerifier.create(call(context, route, "tea"))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOfSatisfying(
                                    ZmtpCallException.class,
                                    call -> assertThat(call.code()).isEqualTo(ZmtpCallException.TIMEOUT)))
                    .verify(TIMEOUT);
            assertThat(context.getBean(Usual.class).next()).isEqualTo("begun");
            assertThat(context.getBean(Usual.class).next()).isEqualTo(end);
        });
    }

    // ---- what waits

    static class OneAtATime extends Desk {
        @ZmtpListener(socket = "desk", topics = "text")
        String text(String text) {
            return text;
        }

        @Override
        @ZmtpListener(socket = "desk", topics = "slow", concurrency = "1")
        String slow(String text) throws InterruptedException {
            return super.slow(text);
        }

        @ZmtpListener(socket = "desk", topics = "stubborn", concurrency = "1")
        String stubborn(String text) throws InterruptedException {
            events.add("begun " + text);
            while (true) {
                try {
                    go.await();
                    return text;
                } catch (InterruptedException notHeeded) {
                    events.add("interrupted");
                }
            }
        }
    }

    private static void isBusy(ApplicationContext context, String route) {
        StepVerifier.create(call(context, route, "tea"))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ZmtpCallException.class,
                                call -> assertThat(call.code()).isEqualTo(ZmtpCallException.BUSY)))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({"dealer, router, max-waiting=2", "dealer, router, max-waiting-per-peer=2", "req, rep, max-waiting=2"})
    void refusesCallsBeyondTheLimitAndHandlesTheOthers(String asks, String answers, String limit) {
        desk(OneAtATime.class, asks, answers)
                .withPropertyValues(
                        "zmtp.listener." + limit,
                        "zmtp.sockets.ask." + (asks.equals("req") ? "correlate=true" : "linger=0s"))
                .run(context -> {
                    OneAtATime desk = context.getBean(OneAtATime.class);
                    Flux<String> three = Flux.range(0, 3)
                            .flatMap(i -> call(context, "slow", "tea"))
                            .replay()
                            .autoConnect(0);
                    assertThat(desk.next()).isEqualTo("begun");
                    answers(context, "text");
                    isBusy(context, "slow");
                    desk.go.countDown();
                    StepVerifier.create(three)
                            .expectNextCount(3)
                            .expectComplete()
                            .verify(TIMEOUT);
                    answers(context, "slow");
                });
    }

    @Test
    void aCallThatWaitsGivesItsPlaceBackWhenItIsGivenUp() {
        desk(OneAtATime.class, "dealer", "router")
                .withPropertyValues("zmtp.listener.max-waiting=1")
                .run(context -> {
                    OneAtATime desk = context.getBean(OneAtATime.class);
                    call(context, "slow", "tea").subscribe();
                    assertThat(desk.next()).isEqualTo("begun");
                    for (int i = 0; i < 10; i++) {
                        Disposable waiting = call(context, "slow", "tea").subscribe();
                        answers(context, "text");
                        isBusy(context, "slow");
                        waiting.dispose();
                    }
                    desk.go.countDown();
                    answers(context, "slow");
                });
    }

    @Test
    void aMethodThatDoesNotHeedItsInterruptKeepsItsPlace() {
        desk(OneAtATime.class, "dealer", "router").run(context -> {
            OneAtATime desk = context.getBean(OneAtATime.class);
            Disposable first = call(context, "stubborn", "1").subscribe();
            assertThat(desk.next()).isEqualTo("begun 1");
            Mono<String> second = call(context, "stubborn", "2").cache();
            second.subscribe();
            first.dispose();
            assertThat(desk.next()).isEqualTo("interrupted");
            answers(context, "text");
            assertThat(desk.events).isEmpty();
            desk.go.countDown();
            StepVerifier.create(second).expectNext("2").expectComplete().verify(TIMEOUT);
        });
    }

    // ---- messages without replies

    static class Taking extends Desk {
        @ZmtpListener(socket = "in", topics = "fast")
        void fast(Message message) {
            events.add(message.text());
        }

        @ZmtpListener(socket = "in", topics = "slow")
        void slow(Message message) throws InterruptedException {
            go.await();
            events.add("slow");
        }
    }

    @Test
    void noMoreIsReadWhereWhatCannotBeRefusedIsBeyondTheLimit() {
        runner.withUserConfiguration(Taking.class)
                .withPropertyValues(
                        "zmtp.listener.max-waiting=10",
                        "zmtp.sockets.out.type=push",
                        "zmtp.sockets.out.connect=inproc://slow-taking",
                        "zmtp.sockets.in.type=pull",
                        "zmtp.sockets.in.bind=inproc://slow-taking")
                .run(context -> {
                    Taking taking = context.getBean(Taking.class);
                    PushSocket push = context.getBean(PushSocket.class);
                    for (int i = 0; i < 11; i++) {
                        push.send("slow", "").block(TIMEOUT);
                    }
                    push.send("fast", "one").block(TIMEOUT);
                    assertThat(taking.next()).isEqualTo("one");
                    for (int i = 0; i < 200; i++) {
                        push.send("slow", "").block(TIMEOUT);
                    }
                    push.send("fast", "two").block(TIMEOUT);
                    PullSocket pull = context.getBean(PullSocket.class);
                    assertThat(pull.peers().get(0).unread()).isGreaterThan(100);
                    assertThat(taking.events).isEmpty();
                    taking.go.countDown();
                    List<String> seen = new ArrayList<>();
                    for (int i = 0; i < 212; i++) {
                        seen.add(taking.next());
                    }
                    assertThat(seen).contains("two").doesNotContainNull();
                });
    }

    // ---- order

    @Test
    void whatADealerAsksWithoutIdsIsAnsweredInItsOrder() {
        runner.withUserConfiguration(Usual.class)
                .withPropertyValues("zmtp.sockets.desk.type=router", "zmtp.sockets.desk.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    RouterSocket router = context.getBean(RouterSocket.class);
                    DealerSocket one = DealerSocket.create();
                    DealerSocket other = DealerSocket.create();
                    one.connectNow(router.endpoints().get(0));
                    other.connectNow(router.endpoints().get(0));
                    Usual desk = context.getBean(Usual.class);
                    one.send("", "slow", "1").then(one.send("", "text", "2")).block(TIMEOUT);
                    assertThat(desk.next()).isEqualTo("begun");
                    other.send("", "text", "3").block(TIMEOUT);
                    assertThat(other.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("", "3"));
                    desk.go.countDown();
                    assertThat(one.receive()
                                    .take(2)
                                    .map(Message::text)
                                    .collectList()
                                    .block(TIMEOUT))
                            .containsExactly("1", "2");
                    one.dispose();
                    other.dispose();
                });
    }

    // ---- peers without this starter

    @Test
    void cancelsOnlyWhereThatIsKnown() {
        RouterSocket router = RouterSocket.create();
        runner.withPropertyValues(
                        "zmtp.sockets.ask.type=dealer",
                        "zmtp.sockets.ask.connect=" + router.bindNow("tcp://127.0.0.1:*"))
                .run(context -> {
                    BlockingQueue<Message> came = new LinkedBlockingQueue<>();
                    router.receive().subscribe(came::add);
                    Disposable first = call(context, "one", "").subscribe();
                    Message one = came.poll(10, TimeUnit.SECONDS);
                    first.dispose();
                    Disposable second = call(context, "two", "").subscribe();
                    Message two = came.poll(10, TimeUnit.SECONDS);
                    assertThat(two.part(3)).isEqualTo(Bytes.utf8("two"));
                    router.send(Message.of(one.part(0), one.part(1), Bytes.EMPTY, Bytes.utf8("\0zmtp-cancellable\n")))
                            .block(TIMEOUT);
                    assertThat(came.poll(10, TimeUnit.SECONDS))
                            .isEqualTo(Message.of(
                                    one.part(0), one.part(1), Bytes.EMPTY, Bytes.utf8("\0cancel"), Bytes.EMPTY));
                    second.dispose();
                    assertThat(came.poll(10, TimeUnit.SECONDS))
                            .isEqualTo(Message.of(
                                    two.part(0), two.part(1), Bytes.EMPTY, Bytes.utf8("\0cancel"), Bytes.EMPTY));
                });
        router.dispose();
    }
}
