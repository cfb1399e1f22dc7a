package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Applications that end, or whose peers do, while messages flow. */
@ExtendWith(OutputCaptureExtension.class)
class FlowTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<ConfigurableApplicationContext> running = new ArrayList<>();
    private final List<ZmtpSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        running.forEach(ConfigurableApplicationContext::close);
        sockets.forEach(ZmtpSocket::dispose);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private ConfigurableApplicationContext start(Class<?> type, String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, type)
                .web(WebApplicationType.NONE)
                .properties("zmtp.transport.type=nio", "zmtp.transport.worker-threads=2")
                .properties(properties)
                .run();
        running.add(context);
        return context;
    }

    private <S extends ZmtpSocket> S opened(S socket) {
        sockets.add(socket);
        return socket;
    }

    /** Those of the loops that this application asked for; the library's own serve the whole JVM. */
    private static Stream<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("zmtp-nio"));
    }

    /** Those that have nothing more to do are there for a moment still. */
    private static void awaitNoThreads() {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> ownThreads().findAny().isEmpty())
                .blockFirst(TIMEOUT);
    }

    private static String local(ConfigurableApplicationContext context, String socket) {
        return "tcp://127.0.0.1:" + context.getEnvironment().getProperty("local.zmtp." + socket + ".port");
    }

    static class Counting {
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger finished = new AtomicInteger();
        final CountDownLatch thousand = new CountDownLatch(1000);

        @ZmtpListener(socket = "work", concurrency = "4")
        void on(String text) {
            begun.incrementAndGet();
            thousand.countDown();
            Thread.yield();
            finished.incrementAndGet();
        }
    }

    @Test
    void finishesWhatWasTakenAndTellsWhatWasNot(CapturedOutput output) throws InterruptedException {
        ConfigurableApplicationContext context =
                start(Counting.class, "zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:*");
        Counting counting = context.getBean(Counting.class);
        PushSocket push = opened(PushSocket.create(options -> options.linger(Duration.ZERO)));
        push.connectNow(local(context, "work"));
        push.send(Flux.range(1, Integer.MAX_VALUE).map(i -> Message.of("message " + i)))
                .subscribe(sent -> {}, closed -> {});
        assertThat(counting.thousand.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ownThreads()).isNotEmpty();

        long began = System.nanoTime();
        context.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        int finished = counting.finished.get();
        assertThat(counting.begun.get()).isEqualTo(finished).isGreaterThanOrEqualTo(1000);
        assertThat(output).contains("received message(s) that were not taken");
        awaitNoThreads();
    }

    static class Nothing {}

    @Test
    void deliversAllThatWasAccepted(CapturedOutput output) {
        PullSocket pull = opened(PullSocket.create());
        ConfigurableApplicationContext context = start(
                Nothing.class,
                "zmtp.sockets.jobs.type=push",
                "zmtp.sockets.jobs.connect=" + pull.bindNow("tcp://127.0.0.1:*"));
        PushSocket jobs = context.getBean(PushSocket.class);
        AtomicInteger accepted = new AtomicInteger();
        CountDownLatch thousand = new CountDownLatch(1000);
        Flux.range(1, 10_000)
                .concatMap(i -> jobs.send("message " + i).doOnSuccess(done -> {
                    accepted.incrementAndGet();
                    thousand.countDown();
                }))
                .subscribeOn(Schedulers.boundedElastic())
                .subscribe(sent -> {}, closed -> {});
        StepVerifier.create(pull.receive()
                        .take(1000)
                        .then(Mono.fromRunnable(context::close).subscribeOn(Schedulers.boundedElastic())))
                .expectComplete()
                .verify(TIMEOUT);
        long rest = accepted.get() - 1000L;
        StepVerifier.create(pull.receive().take(rest))
                .expectNextCount(rest)
                .expectComplete()
                .verify(TIMEOUT);
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> pull.peers().isEmpty())
                .blockFirst(TIMEOUT);
        assertThat(output).doesNotContain("not sent");
        awaitNoThreads();
    }

    static class Slow {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @ZmtpListener("desk")
        String on(String text) throws InterruptedException {
            asked.countDown();
            go.await();
            return text + "!";
        }
    }

    private ConfigurableApplicationContext slow(String... more) {
        return start(
                Slow.class,
                Stream.concat(
                                Stream.of("zmtp.sockets.desk.type=rep", "zmtp.sockets.desk.bind=tcp://127.0.0.1:*"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private ReqSocket client(ConfigurableApplicationContext context) {
        ReqSocket client = opened(ReqSocket.create(options -> options.linger(Duration.ZERO)));
        client.connectNow(local(context, "desk"));
        return client;
    }

    @Test
    void answersWhatWasAskedBeforeItEnds() throws InterruptedException {
        ConfigurableApplicationContext context = slow();
        Slow listener = context.getBean(Slow.class);
        Mono<String> reply = client(context).request("hello").map(Message::text).cache();
        reply.subscribe();
        assertThat(listener.asked.await(30, TimeUnit.SECONDS)).isTrue();
        Mono<Void> ending = Mono.<Void>fromRunnable(context::close)
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
        ending.subscribe();
        listener.go.countDown();
        StepVerifier.create(reply).expectNext("hello!").expectComplete().verify(TIMEOUT);
        StepVerifier.create(ending).expectComplete().verify(TIMEOUT);
    }

    @Test
    void endsWithinItsLimitWhereAListenerDoesNot(CapturedOutput output) throws InterruptedException {
        ConfigurableApplicationContext context =
                slow("spring.lifecycle.timeout-per-shutdown-phase=300ms", "zmtp.sockets.desk.linger=0s");
        Slow listener = context.getBean(Slow.class);
        client(context).request("hello").subscribe(reply -> {}, gone -> {});
        assertThat(listener.asked.await(30, TimeUnit.SECONDS)).isTrue();
        long began = System.nanoTime();
        context.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        assertThat(output).contains("had not finished 1 message(s): given up");
        awaitNoThreads();
    }

    // ---- peers that come back

    @Test
    void keepsWhatIsForAPeerThatIsAway() {
        PullSocket first = opened(PullSocket.create());
        String endpoint = first.bindNow("tcp://127.0.0.1:*").toString();
        ConfigurableApplicationContext context = start(
                Nothing.class,
                "zmtp.sockets.jobs.type=push",
                "zmtp.sockets.jobs.connect=" + endpoint,
                "zmtp.sockets.jobs.reconnect.min=20ms",
                "zmtp.sockets.jobs.reconnect.max=20ms");
        PushSocket jobs = context.getBean(PushSocket.class);
        jobs.onPeer().blockFirst(TIMEOUT);
        Mono<Void> gone = jobs.peers().get(0).onClose().then();
        first.close().block(TIMEOUT);
        gone.block(TIMEOUT);
        for (int i = 0; i < 100; i++) {
            jobs.send("message " + i).block(TIMEOUT);
        }
        PullSocket next = opened(PullSocket.create());
        next.bindNow(endpoint);
        StepVerifier.create(next.receive().map(Message::text).take(100))
                .expectNextSequence(
                        IntStream.range(0, 100).mapToObj(i -> "message " + i).toList())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void listensAgainWhenThePeerIsBack() throws InterruptedException {
        PushSocket first = opened(PushSocket.create());
        String endpoint = first.bindNow("tcp://127.0.0.1:*").toString();
        ConfigurableApplicationContext context = start(
                Counting.class,
                "zmtp.sockets.work.type=pull",
                "zmtp.sockets.work.connect=" + endpoint,
                "zmtp.sockets.work.reconnect.min=20ms",
                "zmtp.sockets.work.reconnect.max=20ms");
        for (int i = 0; i < 500; i++) {
            first.send("message").block(TIMEOUT);
        }
        first.close().block(TIMEOUT);
        PushSocket next = opened(PushSocket.create());
        next.bindNow(endpoint);
        for (int i = 0; i < 500; i++) {
            next.send("message").block(TIMEOUT);
        }
        assertThat(context.getBean(Counting.class).thousand.await(30, TimeUnit.SECONDS))
                .isTrue();
    }
}
