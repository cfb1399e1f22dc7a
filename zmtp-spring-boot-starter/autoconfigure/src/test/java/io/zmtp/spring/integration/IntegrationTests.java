package io.zmtp.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.ZmtpHeaders;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.MessageTimeoutException;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.FluxMessageChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.core.MessagingTemplate;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Flows from socket to socket. */
class IntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    record Order(String item, int count) {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withUserConfiguration(Integrated.class)
            .withPropertyValues("zmtp.defaults.linger=1s");

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Integrated {}

    private ApplicationContextRunner with(String name, String type, Class<?> flows) {
        return with(runner, name, type).withUserConfiguration(flows);
    }

    /** A bound socket of the application. */
    private static ApplicationContextRunner with(ApplicationContextRunner runner, String name, String type) {
        return runner.withPropertyValues(
                "zmtp.sockets." + name + ".type=" + type, "zmtp.sockets." + name + ".bind=tcp://127.0.0.1:*");
    }

    /** The socket at the other end. */
    private static <S extends ZmtpSocket> S peer(AssertableApplicationContext context, String name, S socket) {
        socket.connect(context.getBean(ZmtpSockets.class).get(name).endpoints().get(0))
                .block(TIMEOUT);
        return socket;
    }

    private static Message next(Receiver receiver) {
        return receiver.receive(TIMEOUT).block();
    }

    // ---- adapters

    @Configuration(proxyBeanMethods = false)
    static class OrdersToJobs {
        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("orders").payloadType(Order.class))
                    .transform(Order.class, order -> new Order(order.item().toUpperCase(), order.count() + 1))
                    .handle(Zmtp.outboundChannelAdapter("jobs"))
                    .get();
        }
    }

    @Test
    void carriesObjectsFromSocketToSocket() {
        with(with("orders", "pull", OrdersToJobs.class), "jobs", "push").run(context -> {
            PushSocket push = peer(context, "orders", PushSocket.create());
            PullSocket pull = peer(context, "jobs", PullSocket.create());
            push.send("{\"item\":\"tea\",\"count\":2}").block(TIMEOUT);

            assertThat(next(pull).text()).isEqualTo("{\"item\":\"TEA\",\"count\":3}");
            push.dispose();
            pull.dispose();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class TicksToFeed {
        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("ticks").topics("md."))
                    .enrichHeaders(headers -> headers.headerExpression("seen", "headers['zmtp_topic']"))
                    .handle(Zmtp.outboundChannelAdapter("feed"))
                    .get();
        }
    }

    @Test
    void publishesByTheTopicThatCame() {
        with(with("ticks", "sub", TicksToFeed.class), "feed", "pub").run(context -> {
            PubSocket pub = peer(context, "ticks", PubSocket.create());
            SubSocket sub = peer(context, "feed", SubSocket.create());
            sub.subscribe("");
            pub.awaitSubscribers("md.x", 1).block(TIMEOUT);
            context.getBean(PubSocket.class).awaitSubscribers("md.x", 1).block(TIMEOUT);
            pub.send("other", "0").block(TIMEOUT);
            pub.send("md.x", "1").block(TIMEOUT);

            assertThat(next(sub)).isEqualTo(Message.of("md.x", "1"));
            pub.dispose();
            sub.dispose();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Published {
        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from("publish")
                    .handle(Zmtp.outboundChannelAdapter("feed").topicExpression("'md.' + headers['symbol']"))
                    .get();
        }
    }

    @Test
    void publishesByAnExpressionAndSendsWholeMessagesAsTheyAre() {
        with("feed", "pub", Published.class).run(context -> {
            SubSocket sub = peer(context, "feed", SubSocket.create());
            sub.subscribe("");
            context.getBean(PubSocket.class).awaitSubscribers("md.x", 1).block(TIMEOUT);
            MessageChannel publish = context.getBean("publish", MessageChannel.class);
            publish.send(MessageBuilder.withPayload(new Order("tea", 1))
                    .setHeader("symbol", "tea")
                    .build());
            publish.send(new GenericMessage<>(Message.of("whole", "message")));

            assertThat(next(sub)).isEqualTo(Message.of("md.tea", "{\"item\":\"tea\",\"count\":1}"));
            assertThat(next(sub)).isEqualTo(Message.of("whole", "message"));
            sub.dispose();
        });
    }

    // ---- demand, pauses, the end

    @Configuration(proxyBeanMethods = false)
    static class Blocked {

        final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
        final CountDownLatch go = new CountDownLatch(1);

        @Bean
        Blocked blocked() {
            return this;
        }

        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("orders")
                            .payloadType(String.class)
                            .id("adapter"))
                    .handle(String.class, (payload, headers) -> {
                        begun.add(payload);
                        await(go);
                        return null;
                    })
                    .get();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void takesOneMessageWhenTheFlowHasDealtWithTheOneBeforeAndLeavesTheRestWhenItStops() {
        with("orders", "pull", Blocked.class).run(context -> {
            PushSocket push = peer(context, "orders", PushSocket.create());
            push.send(Flux.range(0, 100).map(i -> Message.of("" + i))).block(TIMEOUT);
            Blocked blocked = context.getBean("blocked", Blocked.class);
            ZmtpInboundChannelAdapter adapter = context.getBean(ZmtpInboundChannelAdapter.class);
            assertThat(blocked.begun.poll(30, TimeUnit.SECONDS)).isEqualTo("0");
            adapter.stop();
            blocked.go.countDown();

            PullSocket pull = context.getBean(PullSocket.class);
            assertThat(pull.receive().take(99).map(Message::text).collectList().block(TIMEOUT))
                    .isEqualTo(IntStream.range(1, 100).mapToObj(String::valueOf).toList());
            assertThat(blocked.begun).isEmpty();
            push.dispose();
        });
    }

    @Test
    void takesNothingWhileItIsPaused() {
        with("orders", "pull", Blocked.class).run(context -> {
            PushSocket push = peer(context, "orders", PushSocket.create());
            Blocked blocked = context.getBean("blocked", Blocked.class);
            blocked.go.countDown();
            ZmtpInboundChannelAdapter adapter = context.getBean(ZmtpInboundChannelAdapter.class);
            adapter.pause();
            assertThat(adapter.isPaused()).isTrue();
            push.send("kept").block(TIMEOUT);
            assertThat(next(context.getBean(PullSocket.class)).text()).isEqualTo("kept"); // nobody else takes it
            push.send("next").block(TIMEOUT);
            assertThat(blocked.begun).isEmpty();
            adapter.resume();
            assertThat(blocked.begun.poll(30, TimeUnit.SECONDS)).isEqualTo("next");
            adapter.stop();
            push.send("third").block(TIMEOUT);
            adapter.start();
            assertThat(blocked.begun.poll(30, TimeUnit.SECONDS)).isEqualTo("third");
            push.dispose();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Reactive {
        @Bean
        FluxMessageChannel reactive() {
            return new FluxMessageChannel();
        }

        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("orders")
                            .payloadType(String.class)
                            .autoStartup(false))
                    .channel("reactive")
                    .get();
        }
    }

    @Test
    void theDemandOfAReactiveChannelReachesTheSocket() {
        with("orders", "pull", Reactive.class).run(context -> {
            PushSocket push = peer(context, "orders", PushSocket.create());
            push.send(Flux.range(0, 100).map(i -> Message.of("" + i))).block(TIMEOUT);
            ZmtpInboundChannelAdapter adapter = context.getBean(ZmtpInboundChannelAdapter.class);
            PullSocket pull = context.getBean(PullSocket.class);
            List<Object> got = new ArrayList<>();
            StepVerifier.create(
                            Flux.from(context.getBean("reactive", FluxMessageChannel.class))
                                    .doOnNext(message -> got.add(message.getPayload())),
                            0)
                    .then(adapter::start)
                    .thenRequest(3)
                    .expectNextCount(3)
                    .then(adapter::stop)
                    .thenRequest(Long.MAX_VALUE) // for those that the channel holds
                    .thenCancel()
                    .verify(TIMEOUT);
            assertThat(pull.receive().map(Message::text).filter("99"::equals).blockFirst(TIMEOUT))
                    .isEqualTo("99");
            assertThat(got).hasSizeLessThan(10);
            push.dispose();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {
        @Bean
        QueueChannel failures() {
            return new QueueChannel();
        }

        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("orders")
                            .payloadType(Order.class)
                            .errorChannel("failures"))
                    .handle(Order.class, (order, headers) -> {
                        throw new IllegalStateException("no " + order.item());
                    })
                    .get();
        }
    }

    @Test
    void whatFailsGoesToTheErrorChannelAndTheNextOneIsTaken() {
        with("orders", "pull", Failing.class).run(context -> {
            PushSocket push = peer(context, "orders", PushSocket.create());
            push.send("no order").block(TIMEOUT);
            push.send("{\"item\":\"tea\",\"count\":2}").block(TIMEOUT);
            QueueChannel failures = context.getBean("failures", QueueChannel.class);

            assertThat(failures.receive(30_000).getPayload())
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                    .hasMessageContaining("payload");
            assertThat(failures.receive(30_000).getPayload())
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                    .hasRootCauseMessage("no tea");
            push.dispose();
        });
    }

    // ---- gateways

    @Configuration(proxyBeanMethods = false)
    static class Answering {
        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundGateway("desk")
                            .payloadType(String.class)
                            .replyTimeout(200))
                    .handle(String.class, (payload, headers) -> switch (payload) {
                        case "silent" -> null;
                        case "fail" -> throw new IllegalStateException("failed");
                        case "type" ->
                            headers.get(ZmtpHeaders.SOCKET_TYPE, SocketType.class)
                                    .name();
                        default -> new Order(payload, 1);
                    })
                    .get();
        }
    }

    @Test
    void answersThroughRep() {
        with("desk", "rep", Answering.class).run(context -> {
            ReqSocket req = peer(context, "desk", ReqSocket.create(options -> options.correlate()));
            assertThat(req.request("type").block(TIMEOUT).text()).isEqualTo("REP");
            assertThat(Flux.range(0, 50)
                            .flatMap(i -> req.request("" + i))
                            .map(Message::text)
                            .collectList()
                            .block(TIMEOUT))
                    .hasSize(50)
                    .contains("{\"item\":\"49\",\"count\":1}");
            StepVerifier.create(Flux.merge(req.request("fail"), req.request("silent")))
                    .expectSubscription()
                    .then(() -> awaitUnanswered(context.getBean(RepSocket.class), 2))
                    .thenCancel()
                    .verify(TIMEOUT);
            assertThat(req.request("type").block(TIMEOUT).text()).isEqualTo("REP");
            req.dispose();
        });
    }

    private static void awaitUnanswered(ZmtpSocket socket, long count) {
        Flux.interval(Duration.ofMillis(10))
                .filter(tick -> socket.drops().getOrDefault(DropReason.UNANSWERED, 0L) == count)
                .blockFirst(TIMEOUT);
    }

    @Test
    void answersThroughRouterWithTheEnvelopeThatCame() {
        with("desk", "router", Answering.class).run(context -> {
            ReqSocket req = peer(context, "desk", ReqSocket.create());
            DealerSocket dealer = peer(context, "desk", DealerSocket.create());
            assertThat(req.request("type").block(TIMEOUT).text()).isEqualTo("ROUTER");
            dealer.send("id", "", "tea").block(TIMEOUT);
            assertThat(next(dealer)).isEqualTo(Message.of("id", "", "{\"item\":\"tea\",\"count\":1}"));
            dealer.send("silent").block(TIMEOUT);
            dealer.send("fail").block(TIMEOUT);
            awaitUnanswered(context.getBean(ZmtpSockets.class).get("desk"), 2);
            ZmtpInboundGateway gateway = context.getBean(ZmtpInboundGateway.class);
            gateway.pause();
            dealer.send("type").block(TIMEOUT);
            assertThat(dealer.receive(Duration.ofMillis(50)).blockOptional()).isEmpty();
            gateway.resume();
            assertThat(next(dealer).text()).isEqualTo("ROUTER");
            req.dispose();
            dealer.dispose();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Echo {
        @Bean
        IntegrationFlow flow() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("desk").payloadType(String.class))
                    .handle(Zmtp.outboundChannelAdapter("desk"))
                    .get();
        }
    }

    @Test
    void addressesPeersByTheirRoutingId() {
        with("desk", "router", Echo.class)
                .withBean(
                        "late",
                        IntegrationFlow.class,
                        () -> flow -> flow.channel(new DirectChannel()).handle(Zmtp.outboundChannelAdapter("desk")))
                .run(context -> {
                    ReqSocket req = peer(context, "desk", ReqSocket.create());
                    assertThat(req.request("echo").block(TIMEOUT).text()).isEqualTo("echo");
                    DealerSocket dealer =
                            peer(context, "desk", DealerSocket.create(o -> o.routingId(Bytes.utf8("Ann"))));
                    dealer.send("echo").block(TIMEOUT);
                    assertThat(next(dealer)).isEqualTo(Message.of("echo"));
                    MessageChannel late = context.getBean("late.input", MessageChannel.class);
                    late.send(MessageBuilder.withPayload("by name")
                            .setHeader(ZmtpHeaders.ROUTING_ID, Bytes.utf8("Ann"))
                            .build());
                    assertThat(next(dealer)).isEqualTo(Message.of("by name"));
                    req.dispose();
                    dealer.dispose();
                });
    }

    static class Desk {
        @ZmtpListener(socket = "desk", topics = "quote")
        Mono<String> quote(String item) {
            return item.equals("\"never\"") ? Mono.never() : Mono.just(item + "!");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Asking {
        @Bean
        IntegrationFlow patient() {
            return asking("questions", TIMEOUT);
        }

        @Bean
        IntegrationFlow hurried() {
            return asking("hurried.questions", Duration.ofMillis(20));
        }

        private static IntegrationFlow asking(String channel, Duration timeout) {
            return IntegrationFlow.from(channel)
                    .handle(Zmtp.outboundGateway("ask")
                            .topic("quote")
                            .replyType(String.class)
                            .replyTimeout(timeout))
                    .get();
        }
    }

    @Test
    void asksThroughDealerAndReq() {
        for (String type : List.of("dealer", "req")) {
            with("desk", "router", Desk.class)
                    .withUserConfiguration(Asking.class)
                    .withPropertyValues("zmtp.sockets.ask.type=" + type, "zmtp.sockets.ask.connect=")
                    .run(context -> {
                        peer(context, "desk", context.getBean(ZmtpSockets.class).get("ask"));
                        MessagingTemplate template = new MessagingTemplate();
                        MessageChannel ask = context.getBean("questions", MessageChannel.class);
                        template.setReceiveTimeout(30_000);
                        assertThat(template.convertSendAndReceive(ask, "tea", String.class))
                                .isEqualTo("tea!");
                        Object late = template.sendAndReceive(
                                        context.getBean("hurried.questions", MessageChannel.class),
                                        new GenericMessage<>("\"never\""))
                                .getPayload();
                        assertThat(late)
                                .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                                .isInstanceOf(MessageTimeoutException.class)
                                .hasMessageContaining("'ask': expected a reply within PT0.02S");
                    });
        }
    }

    @Test
    void refusesSocketsThatCannotDoIt() {
        refused(with("orders", "push", OrdersToJobs.class), "'orders' is of type PUSH");
        refused(with(with("orders", "pull", OrdersToJobs.class), "jobs", "pull"), "'jobs' is of type PULL");
        refused(with("desk", "pull", Answering.class), "cannot reply");
        refused(with("ask", "push", Asking.class), "cannot ask");
        refused(with(with("ticks", "pull", TicksToFeed.class), "feed", "pub"), "has topics");
        refused(
                with(with("orders", "pull", OrdersToJobs.class), "jobs", "push")
                        .withPropertyValues("zmtp.sockets.orders.delivery=done"),
                "wait until the work on each message is done");
        refused(runner.withUserConfiguration(Asking.class), "no ZMTP socket named 'ask'");
    }

    private static void refused(ApplicationContextRunner refused, String why) {
        refused.run(context -> assertThat(context)
                .getFailure()
                .hasRootCauseInstanceOf(ZmtpConfigurationException.class)
                .rootCause()
                .hasMessageContaining(why));
    }
}
