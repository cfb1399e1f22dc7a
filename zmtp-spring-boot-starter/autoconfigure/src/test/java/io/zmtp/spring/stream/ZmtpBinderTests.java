package io.zmtp.spring.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binding.BindingService;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.cloud.stream.binding.BindingsLifecycleController.State;
import org.springframework.cloud.stream.config.BindersHealthIndicatorAutoConfiguration.BindersHealthContributor;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.MessageBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ZmtpBinderTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<ConfigurableApplicationContext> running = new ArrayList<>();
    private final List<ZmtpSocket> opened = new ArrayList<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @AfterEach
    void close() {
        running.forEach(ConfigurableApplicationContext::close);
        opened.forEach(ZmtpSocket::dispose);
    }

    private ConfigurableApplicationContext start(Class<?> functions, String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, functions)
                .web(WebApplicationType.NONE)
                .properties("zmtp.defaults.linger=0s")
                .properties(properties)
                .run();
        running.add(context);
        return context;
    }

    private <S extends ZmtpSocket> S open(S socket) {
        opened.add(socket);
        return socket;
    }

    private static String endpoint(ConfigurableApplicationContext context, String socket) {
        return context.getBean(ZmtpSockets.class)
                .get(socket)
                .endpoints()
                .get(0)
                .toString()
                .replace("//*", "//127.0.0.1")
                .replace("//0.0.0.0", "//127.0.0.1");
    }

    private PushSocket pushTo(ConfigurableApplicationContext context, String socket) {
        PushSocket push = open(PushSocket.create(options -> options.sendHwm(10).linger(Duration.ZERO)));
        push.connectNow(endpoint(context, socket));
        return push;
    }

    // ---- functions of single messages

    record Order(String item, int count) {}

    @Configuration(proxyBeanMethods = false)
    static class Billing {

        @Bean
        Function<Order, Order> bill() {
            return order -> new Order(order.item(), order.count() * 2);
        }
    }

    @Test
    void bindsAFunctionToEndpoints() {
        PullSocket bills = open(PullSocket.create());
        ConfigurableApplicationContext context = start(
                Billing.class,
                "spring.cloud.stream.bindings.bill-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.zmtp.bindings.bill-in-0.consumer.bind=true",
                "spring.cloud.stream.bindings.bill-out-0.destination=" + bills.bindNow("tcp://127.0.0.1:*"));
        PushSocket push = pushTo(context, "bill-in-0");
        push.send("{\"item\":\"tea\",\"count\":2}").block(TIMEOUT);
        StepVerifier.create(bills.receive().map(Message::text).take(1))
                .expectNext("{\"item\":\"tea\",\"count\":4}")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void bindsAFunctionToNamedSockets() {
        PullSocket bills = open(PullSocket.create());
        ConfigurableApplicationContext context = start(
                Billing.class,
                "zmtp.sockets.orders.type=pull",
                "zmtp.sockets.orders.bind=tcp://127.0.0.1:*",
                "zmtp.sockets.bills.type=push",
                "zmtp.sockets.bills.connect=" + bills.bindNow("tcp://127.0.0.1:*"),
                "spring.cloud.stream.bindings.bill-in-0.destination=orders",
                "spring.cloud.stream.bindings.bill-in-0.binder=zmtp",
                "spring.cloud.stream.zmtp.bindings=", // as YAML has it with nothing below
                "spring.cloud.stream.bindings.bill-out-0.destination=bills");
        pushTo(context, "orders").send("{\"item\":\"tea\",\"count\":2}").block(TIMEOUT);
        StepVerifier.create(bills.receive().map(Message::text).take(1))
                .expectNext("{\"item\":\"tea\",\"count\":4}")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Configuration(proxyBeanMethods = false)
    static class Ticks {

        @Bean
        Function<org.springframework.messaging.Message<String>, org.springframework.messaging.Message<String>> relay() {
            return tick -> MessageBuilder.withPayload(tick.getPayload())
                    .setHeader(
                            "symbol",
                            tick.getHeaders().get("zmtp_topic", String.class).substring(3))
                    .build();
        }
    }

    @Test
    void subscribesToTopicsAndPublishesWithOne() {
        PubSocket feed = open(PubSocket.create());
        ConfigurableApplicationContext context = start(
                Ticks.class,
                "spring.cloud.stream.bindings.relay-in-0.destination=" + feed.bindNow("tcp://127.0.0.1:*"),
                "spring.cloud.stream.zmtp.bindings.relay-in-0.consumer.topics=md.",
                "spring.cloud.stream.bindings.relay-out-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.zmtp.bindings.relay-out-0.producer.bind=true",
                "spring.cloud.stream.zmtp.bindings.relay-out-0.producer.topic-expression='relayed.' + headers.symbol");
        SubSocket sub = open(SubSocket.create());
        sub.connectNow(endpoint(context, "relay-out-0"));
        Mono<Message> relayed = sub.receive("relayed.").next();
        feed.awaitSubscribers("md.", 1).block(TIMEOUT);
        StepVerifier.create(relayed)
                .then(() -> ((PubSocket) context.getBean(ZmtpSockets.class).get("relay-out-0"))
                        .awaitSubscribers("relayed.", 1)
                        .block(TIMEOUT))
                .then(() -> feed.send("other", "0").block(TIMEOUT))
                .then(() -> feed.send("md.X", "17").block(TIMEOUT))
                .assertNext(message ->
                        assertThat(message.parts()).containsExactly(Bytes.utf8("relayed.X"), Bytes.utf8("17")))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Configuration(proxyBeanMethods = false)
    static class Desk {

        @Bean
        Function<String, String> quote() {
            return symbol -> symbol + " is 17";
        }
    }

    @Test
    void repliesThroughARouter() {
        ConfigurableApplicationContext context = start(
                Desk.class,
                "zmtp.sockets.desk.type=router",
                "zmtp.sockets.desk.bind=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.quote-in-0.destination=desk",
                "spring.cloud.stream.bindings.quote-in-0.content-type=text/plain",
                "spring.cloud.stream.bindings.quote-out-0.content-type=text/plain",
                "spring.cloud.stream.bindings.quote-out-0.destination=desk");
        ReqSocket req = open(ReqSocket.create());
        req.connectNow(endpoint(context, "desk"));
        StepVerifier.create(req.request(Message.of("X")).map(Message::text))
                .expectNext("X is 17")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void leavesNoSocketBehindWhereABindingFails() {
        ConfigurableApplicationContext context = start(
                Billing.class,
                "spring.cloud.stream.bindings.bill-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.zmtp.bindings.bill-in-0.consumer.bind=true",
                "spring.cloud.stream.zmtp.bindings.bill-in-0.consumer.topics=md.{day:(a|b)}",
                "spring.cloud.stream.zmtp.bindings.bill-in-0.consumer.dead-letter=tcp://127.0.0.1:1",
                "spring.cloud.stream.bindings.bill-out-0.destination=tcp://127.0.0.1:1");
        ZmtpSockets sockets = context.getBean(ZmtpSockets.class);
        assertThat(context.getBean(ZmtpListenerRegistry.class).ids()).isEmpty();
        assertThat(sockets.find("bill-in-0")).isEmpty();
        assertThat(sockets.find("bill-in-0.dead-letter")).isEmpty();
    }

    // ---- demand

    @Configuration(proxyBeanMethods = false)
    static class Gated {

        final Semaphore gate = new Semaphore(0);
        final AtomicInteger taken = new AtomicInteger();

        @Bean
        Function<Flux<String>, Mono<Void>> slow() {
            return texts -> texts.concatMap(
                            text -> Mono.fromRunnable(() -> {
                                        taken.incrementAndGet();
                                        gate.acquireUninterruptibly();
                                    })
                                    .subscribeOn(Schedulers.boundedElastic()),
                            1)
                    .then();
        }
    }

    @Test
    void stopsReadingWhenAReactiveFunctionDoesNotAsk() {
        ConfigurableApplicationContext context = start(
                Gated.class,
                "zmtp.defaults.recv-hwm=10",
                "spring.cloud.stream.bindings.slow-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.slow-in-0.content-type=text/plain",
                "spring.cloud.stream.zmtp.bindings.slow-in-0.consumer.bind=true");
        PushSocket push = pushTo(context, "slow-in-0");
        byte[] large = new byte[1 << 20];
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        push.send(Flux.range(0, 200).map(i -> Message.of(large)).doOnNext(message -> sent.incrementAndGet()))
                .subscribe(nothing -> {}, failure -> {}, all::countDown);
        Gated gated = context.getBean(Gated.class);
        // nothing moves once all queues are full: ten here, ten there, and what the network holds
        Flux.interval(Duration.ofMillis(100))
                .map(tick -> sent.get())
                .buffer(5, 1)
                .filter(counts ->
                        counts.get(0) > 0 && counts.stream().distinct().count() == 1)
                .blockFirst(TIMEOUT);
        assertThat(gated.taken).hasValue(1);
        assertThat(sent.get()).isLessThan(100);
        assertThat(push.peers().get(0).queued()).isPositive();

        gated.gate.release(1000);
        assertThat(await(all)).isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Upper {

        final AtomicInteger taken = new AtomicInteger();

        @Bean
        Function<Flux<String>, Flux<String>> upper() {
            return texts -> texts.doOnNext(text -> taken.incrementAndGet()).map(String::toUpperCase);
        }
    }

    @Test
    void aFunctionOfFluxesIsAsSlowAsItsOutput() {
        PullSocket out = open(PullSocket.create(options -> options.recvHwm(1)));
        ConfigurableApplicationContext context = start(
                Upper.class,
                "zmtp.defaults.send-hwm=5",
                "zmtp.sockets.out.type=push",
                "zmtp.sockets.out.bind=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.upper-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.upper-in-0.content-type=text/plain",
                "spring.cloud.stream.zmtp.bindings.upper-in-0.consumer.bind=true",
                "spring.cloud.stream.bindings.upper-out-0.content-type=text/plain",
                "spring.cloud.stream.bindings.upper-out-0.destination=out");
        PushSocket push = pushTo(context, "upper-in-0");
        push.send(Flux.range(0, 100).map(i -> Message.of("m" + i))).subscribe(nothing -> {}, failure -> {});
        Upper upper = context.getBean(Upper.class);
        Flux.interval(Duration.ofMillis(20))
                .filter(tick -> upper.taken.get() > 0)
                .blockFirst(TIMEOUT);
        assertThat(upper.taken).hasValue(1);

        out.connectNow(endpoint(context, "out"));
        StepVerifier.create(out.receive().map(Message::text).take(100).collectList())
                .assertNext(texts ->
                        assertThat(texts).hasSize(100).startsWith("M0", "M1").endsWith("M99"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "1048576, 16"})
    void aThreadThatMustNotWaitLeavesABoundedNumberOfMessagesWaiting(int octets, int most) {
        ConfigurableApplicationContext context = start(
                Nothing.class,
                "zmtp.sockets.out.type=push",
                "zmtp.sockets.out.bind=tcp://127.0.0.1:*",
                "spring.cloud.stream.output-bindings=sent",
                "spring.cloud.stream.bindings.sent.destination=out");
        MessageChannel output = context.getBean("sent", MessageChannel.class);
        org.springframework.messaging.Message<byte[]> message =
                MessageBuilder.withPayload(new byte[octets]).build();
        Mono<Throwable> refused = Flux.range(0, most + 1)
                .publishOn(Schedulers.parallel())
                .doOnNext(i -> output.send(message))
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just);
        StepVerifier.create(refused)
                .assertNext(failure -> assertThat(failure.getMessage() + failure.getCause())
                        .contains(most + " messages wait for room in the queues of out")
                        .contains("publishOn(Schedulers.boundedElastic())"))
                .expectComplete()
                .verify(TIMEOUT);

        PullSocket pull = open(PullSocket.create());
        pull.connectNow(endpoint(context, "out"));
        StepVerifier.create(pull.receive().take(most).count())
                .expectNext((long) most)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendingFailsAfterItsTimeout() {
        ConfigurableApplicationContext context = start(
                Nothing.class,
                "zmtp.sockets.out.type=push",
                "zmtp.sockets.out.bind=tcp://127.0.0.1:*",
                "spring.cloud.stream.output-bindings=sent",
                "spring.cloud.stream.bindings.sent.destination=out",
                "spring.cloud.stream.zmtp.bindings.sent.producer.send-timeout=50ms");
        MessageChannel output = context.getBean("sent", MessageChannel.class);
        assertThatThrownBy(() ->
                        output.send(MessageBuilder.withPayload(new byte[1]).build()))
                .hasRootCauseInstanceOf(TimeoutException.class);
    }

    // ---- headers

    @Configuration(proxyBeanMethods = false)
    static class Headers {

        final BlockingQueue<org.springframework.messaging.Message<String>> came = new LinkedBlockingQueue<>();

        @Bean
        Consumer<org.springframework.messaging.Message<String>> see() {
            return came::add;
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void carriesHeadersInOneMorePart() throws InterruptedException {
        PullSocket sent = open(PullSocket.create());
        ConfigurableApplicationContext context = start(
                Headers.class,
                "spring.cloud.stream.bindings.see-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.see-in-0.consumer.header-mode=headers",
                "spring.cloud.stream.zmtp.bindings.see-in-0.consumer.bind=true",
                "spring.cloud.stream.output-bindings=sent",
                "spring.cloud.stream.bindings.sent.destination=" + sent.bindNow("tcp://127.0.0.1:*"),
                "spring.cloud.stream.bindings.sent.content-type=text/plain",
                "spring.cloud.stream.bindings.sent.producer.header-mode=headers",
                "spring.cloud.stream.zmtp.bindings.sent.producer.header-patterns=!secret*,*");
        context.getBean(StreamBridge.class)
                .send(
                        "sent",
                        MessageBuilder.withPayload("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .setHeader("contentType", "text/plain")
                                .setHeader("device", 7)
                                .setHeader("tags", List.of("a", "b"))
                                .setHeader("secretKey", "no")
                                .setHeader("thread", Thread.currentThread())
                                .build());
        Message message = sent.receive().blockFirst(TIMEOUT);
        assertThat(message.part(0)).isEqualTo(Bytes.utf8("hello"));
        assertThat(HeaderPart.read(message))
                .isEqualTo(Map.of("contentType", "text/plain", "device", 7, "tags", List.of("a", "b")));

        pushTo(context, "see-in-0")
                .send(Message.of(
                        "17", "\0zmtp-headers\n{\"contentType\":\"text/plain\",\"device\":8,\"zmtp_envelope\":\"00\"}"))
                .block(TIMEOUT);
        org.springframework.messaging.Message<String> came = next(context.getBean(Headers.class).came);
        assertThat(came.getPayload()).isEqualTo("17");
        assertThat(came.getHeaders())
                .containsEntry("device", 8)
                .containsEntry("zmtp_socket", "see-in-0")
                .doesNotContainKey("zmtp_envelope")
                .containsKey("zmtp_peer");
    }

    // ---- failures

    @Configuration(proxyBeanMethods = false)
    static class Failing {

        final AtomicInteger attempts = new AtomicInteger();

        @Bean
        Consumer<String> fail() {
            return text -> {
                attempts.incrementAndGet();
                throw new IllegalStateException("no " + text);
            };
        }
    }

    @Test
    void triesAgainAndThenSendsToTheDeadLetters() {
        PullSocket dead = open(PullSocket.create());
        ConfigurableApplicationContext context = start(
                Failing.class,
                "zmtp.sockets.dead.type=push",
                "zmtp.sockets.dead.connect=" + dead.bindNow("tcp://127.0.0.1:*"),
                "spring.cloud.stream.bindings.fail-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.fail-in-0.content-type=text/plain",
                "spring.cloud.stream.bindings.fail-in-0.consumer.header-mode=headers",
                "spring.cloud.stream.bindings.fail-in-0.consumer.back-off-initial-interval=1",
                "spring.cloud.stream.bindings.fail-in-0.consumer.max-attempts=3",
                "spring.cloud.stream.zmtp.bindings.fail-in-0.consumer.bind=true",
                "spring.cloud.stream.zmtp.bindings.fail-in-0.consumer.dead-letter=dead");
        pushTo(context, "fail-in-0").send("topic", "tea").block(TIMEOUT);
        Message letter = dead.receive().blockFirst(TIMEOUT);
        assertThat(letter.part(0)).isEqualTo(Bytes.utf8("topic"));
        assertThat(letter.part(1)).isEqualTo(Bytes.utf8("tea"));
        assertThat(HeaderPart.read(letter))
                .containsEntry("x-exception-fqcn", "java.lang.IllegalStateException")
                .containsEntry("x-exception-message", "no tea");
        assertThat(context.getBean(Failing.class).attempts).hasValue(3);
    }

    // ---- partitions

    @Test
    void sendsEachPartitionToItsEndpoint() {
        PullSocket even = open(PullSocket.create());
        PullSocket odd = open(PullSocket.create());
        ConfigurableApplicationContext context = start(
                Nothing.class,
                "spring.cloud.stream.output-bindings=jobs",
                "spring.cloud.stream.bindings.jobs.destination=" + even.bindNow("tcp://127.0.0.1:*") + ","
                        + odd.bindNow("tcp://127.0.0.1:*"),
                "spring.cloud.stream.bindings.jobs.producer.partition-key-expression=headers.number",
                "spring.cloud.stream.bindings.jobs.producer.partition-count=2");
        StreamBridge bridge = context.getBean(StreamBridge.class);
        for (int i = 0; i < 4; i++) {
            bridge.send(
                    "jobs",
                    MessageBuilder.withPayload("" + i).setHeader("number", i).build());
        }
        StepVerifier.create(even.receive().map(Message::text).take(2))
                .expectNext("0", "2")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(odd.receive().map(Message::text).take(2))
                .expectNext("1", "3")
                .expectComplete()
                .verify(TIMEOUT);
    }

    static class Nothing {}

    // ---- control

    @Test
    void isPausedResumedStoppedAndStartedByTheActuator() throws InterruptedException {
        ConfigurableApplicationContext context = start(
                Headers.class,
                "spring.cloud.stream.bindings.see-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.bindings.see-in-0.group=watchers", // Cloud Stream restarts none without
                "spring.cloud.stream.bindings.see-in-0.content-type=text/plain",
                "spring.cloud.stream.zmtp.bindings.see-in-0.consumer.bind=true");
        BlockingQueue<org.springframework.messaging.Message<String>> came = context.getBean(Headers.class).came;
        BindingsLifecycleController bindings = context.getBean(BindingsLifecycleController.class);
        ZmtpListenerRegistry listeners = context.getBean(ZmtpListenerRegistry.class);
        PushSocket push = pushTo(context, "see-in-0");
        push.send("1").block(TIMEOUT);
        assertThat(next(came).getPayload()).isEqualTo("1");

        bindings.changeState("see-in-0", State.PAUSED);
        assertThat(listeners.state("see-in-0")).isEqualTo(ListenerState.PAUSED);
        push.send("2").block(TIMEOUT);
        bindings.changeState("see-in-0", State.RESUMED);
        assertThat(next(came).getPayload()).isEqualTo("2");

        bindings.changeState("see-in-0", State.STOPPED);
        assertThat(listeners.state("see-in-0")).isEqualTo(ListenerState.STOPPED);
        push.send("3").block(TIMEOUT);
        bindings.changeState("see-in-0", State.STARTED);
        assertThat(next(came).getPayload()).isEqualTo("3");
        assertThat(came).isEmpty();
    }

    @Test
    void hasHealthAndMeters() {
        ConfigurableApplicationContext context = start(
                Headers.class,
                "spring.cloud.stream.bindings.see-in-0.destination=tcp://127.0.0.1:*",
                "spring.cloud.stream.zmtp.bindings.see-in-0.consumer.bind=true");
        Health health = ((HealthIndicator)
                        context.getBean(BindersHealthContributor.class).getContributor("zmtp"))
                .health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("sockets", Map.of("see-in-0", Status.UP));
        assertThat(context.getBean(MeterRegistry.class)
                        .get("zmtp.receive.queue.size")
                        .tag("messaging.destination.name", "see-in-0")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void forgetsTheSocketsOfBindingsThatAreGone() {
        ConfigurableApplicationContext context = start(
                Headers.class,
                "zmtp.sockets.in.type=pull",
                "zmtp.sockets.in.connect=",
                "spring.cloud.stream.bindings.see-in-0.destination=in,tcp://*:*");
        ZmtpBinder binder = (ZmtpBinder)
                context.getBean(BinderFactory.class).<MessageChannel>getBinder("zmtp", MessageChannel.class);
        assertThat(binder.used()).containsExactlyInAnyOrder("in", "see-in-0");

        context.getBean(BindingService.class).unbindConsumers("see-in-0");

        assertThat(binder.used()).isEmpty();
        assertThat(context.getBean(ZmtpSockets.class).all()).containsOnlyKeys("in");
    }

    @Test
    void failsACallForAStreamSinceAFunctionGivesOneReply() {
        ConfigurableApplicationContext context = start(
                Billing.class,
                "zmtp.sockets.desk.type=router",
                "zmtp.sockets.desk.bind=inproc://binder-desk",
                "zmtp.sockets.ask.type=dealer",
                "zmtp.sockets.ask.connect=inproc://binder-desk",
                "spring.cloud.stream.bindings.bill-in-0.destination=desk",
                "spring.cloud.stream.bindings.bill-out-0.destination=desk");
        StepVerifier.create(context.getBean(ZmtpTemplate.class)
                        .requestStream(
                                "ask",
                                "bills",
                                new Order("tea", 2),
                                new ParameterizedTypeReference<Order>() {},
                                TIMEOUT))
                .expectErrorMessage(
                        "inproc://binder-desk: the stream 'bills' through 'ask': expected a stream, but the peer sent a single reply")
                .verify(TIMEOUT);
    }
}
