package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Listeners that are registered and removed while the application runs. */
class RegisteredListenerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.defaults.linger=0s",
                    "zmtp.sockets.desk.type=router",
                    "zmtp.sockets.desk.bind=inproc://registered-desk",
                    "zmtp.sockets.asking.type=dealer",
                    "zmtp.sockets.asking.connect=inproc://registered-desk",
                    "zmtp.sockets.in.type=pull",
                    "zmtp.sockets.in.bind=inproc://registered-in",
                    "zmtp.sockets.out.type=push",
                    "zmtp.sockets.out.connect=inproc://registered-in");

    /** As a binder does whose function works on threads of its own. */
    private static ZmtpMessageListener replyingLater(RouterSocket desk) {
        return (message, envelope) -> {
            List<Bytes> reply = new ArrayList<>(message.parts().subList(0, envelope));
            reply.add(message.last());
            Mono.delay(Duration.ofMillis(50)).then(desk.send(Message.of(reply))).subscribe();
        };
    }

    @Test
    void leaveTheReplyToACallToWhoeverMakesIt() {
        runner.run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            registry.register("echo", "desk", List.of(), 1, replyingLater(context.getBean(RouterSocket.class)));
            registry.start("echo");
            DealerSocket asking = context.getBean(DealerSocket.class);
            StepVerifier.create(asking.receive().map(message -> message.last().utf8()))
                    .then(() -> asking.send("", "topic", "hello").block(TIMEOUT)) // as a REQ does
                    .expectNext("hello")
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void answerACallThatTheyFailOn() {
        runner.run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            registry.register("failing", "desk", List.of(), 1, (message, envelope) -> {
                throw new IllegalStateException("no");
            });
            registry.start("failing");
            StepVerifier.create(context.getBean(ZmtpTemplate.class).request("asking", "hello", String.class))
                    .expectErrorMatches(failure -> failure.getMessage().contains("the listener failed"))
                    .verify(TIMEOUT);
        });
    }

    @Test
    void doNotAnswerOtherMessagesThatTheyFailOn() {
        runner.run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            registry.register("failing", "desk", List.of(), 1, (message, envelope) -> {
                if (message.last().equals(Bytes.utf8("bad"))) {
                    throw new IllegalStateException("no");
                }
                heard.add(message.text());
                context.getBean(RouterSocket.class)
                        .send(Message.of(message.first(), Bytes.utf8("reply")))
                        .block(TIMEOUT);
            });
            registry.start("failing");
            DealerSocket asking = context.getBean(DealerSocket.class);
            StepVerifier.create(asking.receive().map(Message::text))
                    .then(() -> asking.send("bad").then(asking.send("good")).block(TIMEOUT))
                    .expectNext("reply")
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void handleNothingAnyMoreWhenTheyAreRemoved() {
        runner.run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            CountDownLatch ended = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            registry.register("slow", "desk", List.of(), 1, (message, envelope) -> {
                heard.add(message.last().utf8());
                try {
                    never.await();
                } catch (InterruptedException givenUp) {
                    Thread.currentThread().interrupt();
                } finally {
                    ended.countDown();
                }
            });
            registry.start("slow");
            DealerSocket asking = context.getBean(DealerSocket.class);
            Flux.range(0, 5).concatMap(i -> asking.send(Integer.toString(i))).blockLast(TIMEOUT);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("0");
            registry.unregister("slow");
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.poll(300, TimeUnit.MILLISECONDS)).isNull();
        });
    }

    @Test
    void makeRoomForTheNextOneOfTheSocket() {
        runner.run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            for (int i = 0; i < 3; i++) {
                String id = "l" + i;
                registry.register(id, "in", List.of(), 2, (message, envelope) -> heard.add(id + message.text()));
                registry.start(id);
                context.getBean(ZmtpTemplate.class).send("out", "x").block(TIMEOUT);
                assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(id + "x");
                registry.stop(id).block(TIMEOUT);
                registry.start(id);
                context.getBean(ZmtpTemplate.class).send("out", "y").block(TIMEOUT);
                assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(id + "y");
                registry.unregister(id);
            }
            assertThat(registry.ids()).isEmpty();
        });
    }

    @Test
    void doNotHoldUpOthersOfTheirSocketWhileTheyHandleAMessage() {
        runner.withPropertyValues(
                        "zmtp.sockets.feed.type=pub",
                        "zmtp.sockets.feed.bind=inproc://registered-feed",
                        "zmtp.sockets.ticks.type=sub",
                        "zmtp.sockets.ticks.connect=inproc://registered-feed")
                .run(context -> {
                    ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
                    CountDownLatch published = new CountDownLatch(1);
                    CountDownLatch heard = new CountDownLatch(1);
                    BlockingQueue<String> begun = new LinkedBlockingQueue<>();
                    registry.register("a", "ticks", List.of("a.*"), 1, (message, envelope) -> {
                        begun.add(message.first().utf8());
                        await(message.first().utf8().equals("a.1") ? published : heard);
                    });
                    registry.register("b", "ticks", List.of("b.*"), 1, (message, envelope) -> heard.countDown());
                    registry.start("a");
                    registry.start("b");
                    PubSocket feed = context.getBean(PubSocket.class);
                    feed.awaitSubscribers("a.", 1).block(TIMEOUT);
                    feed.awaitSubscribers("b.", 1).block(TIMEOUT);
                    feed.send("a.1", "").then(feed.send("a.2", "")).block(TIMEOUT);
                    assertThat(begun.poll(30, TimeUnit.SECONDS)).isEqualTo("a.1");
                    published.countDown();
                    assertThat(begun.poll(30, TimeUnit.SECONDS)).isEqualTo("a.2");
                    feed.send("b.1", "").block(TIMEOUT);
                    assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
        }
    }
}
