package io.zmtp.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A reply counts from the peer that was asked, and from no other. */
class CorrelationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final RouterSocket good = RouterSocket.create();
    private final RouterSocket bad = RouterSocket.create();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class, ZmtpCodecAutoConfiguration.class, ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues("zmtp.sockets.ask.type=dealer", "zmtp.sockets.ask.linger=0s");

    @AfterEach
    void close() {
        good.dispose();
        bad.dispose();
    }

    private ApplicationContextRunner asking(String endpoint, RouterSocket... servers) {
        String[] endpoints = new String[servers.length];
        for (int i = 0; i < servers.length; i++) {
            endpoints[i] = "zmtp.sockets.ask.connect[" + i + "]="
                    + servers[i].bindNow(endpoint.replace("#", String.valueOf(i)));
        }
        return runner.withPropertyValues(endpoints);
    }

    private static void awaitPeers(DealerSocket dealer, int count) {
        dealer.onPeer().take(count).blockLast(TIMEOUT);
    }

    /** A reply by the one that got a message, with the id that is in another one. */
    private static Message reply(Message to, Message id, Bytes... parts) {
        List<Bytes> all = new ArrayList<>(List.of(to.part(0), id.part(1), Bytes.EMPTY));
        all.addAll(List.of(parts));
        return Message.of(all);
    }

    private static Mono<Void> awaitDrops(DealerSocket dealer, long count) {
        return Flux.interval(Duration.ofMillis(5))
                .filter(i -> dealer.drops().getOrDefault(DropReason.MALFORMED, 0L) >= count)
                .next()
                .then();
    }

    /** What each server was asked is answered by the other one first. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://correlation-#"})
    void takesNoReplyOfAPeerThatWasNotAsked(String endpoint) {
        asking(endpoint, good, bad).run(context -> {
            DealerSocket dealer = context.getBean(DealerSocket.class);
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            awaitPeers(dealer, 2);
            Bytes forged = Bytes.utf8("forged");
            Bytes meant = Bytes.utf8("meant");
            Mono<Void> serving = Mono.zip(good.receive().next(), bad.receive().next())
                    .flatMap(asked -> bad.send(reply(asked.getT2(), asked.getT1(), forged))
                            .then(good.send(reply(asked.getT1(), asked.getT2(), forged)))
                            .then(awaitDrops(dealer, 2))
                            .then(good.send(reply(asked.getT1(), asked.getT1(), meant)))
                            .then(bad.send(reply(asked.getT2(), asked.getT2(), meant))));
            StepVerifier.create(Flux.range(0, 2)
                            .flatMap(i -> template.request("ask", "", String.class))
                            .mergeWith(serving.then(Mono.empty())))
                    .expectNext("meant", "meant")
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(dealer.drops()).containsEntry(DropReason.MALFORMED, 2L);
        });
    }

    @Test
    void takesNoElementOfAPeerThatWasNotAsked() {
        asking("tcp://127.0.0.1:*", good, bad).run(context -> {
            DealerSocket dealer = context.getBean(DealerSocket.class);
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            awaitPeers(dealer, 2);
            Bytes forged = Bytes.utf8("forged");
            Mono<Void> serving = Mono.zip(good.receive().next(), bad.receive().next())
                    .flatMap(asked -> bad.send(reply(asked.getT2(), asked.getT1(), StreamFrame.NEXT, forged))
                            .then(good.send(reply(asked.getT1(), asked.getT2(), StreamFrame.NEXT, forged)))
                            .then(awaitDrops(dealer, 2))
                            .then(good.send(reply(asked.getT1(), asked.getT1(), StreamFrame.COMPLETE, Bytes.EMPTY)))
                            .then(bad.send(reply(asked.getT2(), asked.getT2(), StreamFrame.COMPLETE, Bytes.EMPTY))));
            StepVerifier.create(Flux.range(0, 2)
                            .flatMap(i -> template.requestStream(
                                    "ask", "route", "", ParameterizedTypeReference.forType(String.class), TIMEOUT))
                            .mergeWith(serving.then(Mono.empty())))
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void hasIdsThatNobodyCanGuess() {
        asking("tcp://127.0.0.1:*", good).run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            Flux.range(0, 100)
                    .flatMap(i -> template.request("ask", "", String.class), 100)
                    .subscribe(reply -> {}, ended -> {});
            Set<Bytes> firstHalves = new HashSet<>();
            Set<Bytes> secondHalves = new HashSet<>();
            good.receive()
                    .take(100)
                    .doOnNext(asked -> {
                        assertThat(CallFrame.isCall(asked.part(1))).isTrue();
                        Bytes number = asked.part(1)
                                .slice(asked.part(1).size() - 16, asked.part(1).size());
                        firstHalves.add(number.slice(0, 8));
                        secondHalves.add(number.slice(8, 16));
                    })
                    .blockLast(TIMEOUT);
            assertThat(firstHalves).hasSize(100);
            assertThat(secondHalves).hasSize(100);
        });
    }

    @Test
    void failsWhenThePeerThatWasAskedHasGone() {
        asking("tcp://127.0.0.1:*", good)
                .run(context -> StepVerifier.create(
                                context.getBean(ZmtpTemplate.class).request("ask", "", String.class))
                        .then(() -> good.receive().blockFirst(TIMEOUT))
                        .then(good::dispose)
                        .expectError(ZmtpClosedException.class)
                        .verify(TIMEOUT));
    }

    @Test
    void asksTheFirstPeerThatComes() {
        String endpoint = good.bindNow("tcp://127.0.0.1:*").toString();
        good.dispose();
        RouterSocket later = RouterSocket.create();
        runner.withPropertyValues("zmtp.sockets.ask.connect=" + endpoint)
                .run(context -> StepVerifier.create(
                                context.getBean(ZmtpTemplate.class).request("ask", "question", String.class))
                        .then(() -> {
                            later.bindNow(endpoint);
                            Message asked = later.receive().blockFirst(TIMEOUT);
                            later.send(Message.of(asked.part(0), asked.part(1), Bytes.EMPTY, Bytes.utf8("answer")))
                                    .block(TIMEOUT);
                        })
                        .expectNext("answer")
                        .expectComplete()
                        .verify(TIMEOUT));
        later.dispose();
    }

    @Test
    void goesOnAfterASubscriberThatThrew() {
        asking("tcp://127.0.0.1:*", good).run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            template.request("ask", "", String.class).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(String reply) {
                    throw new StackOverflowError("a subscriber that throws");
                }
            });
            good.receive()
                    .take(2)
                    .concatMap(asked ->
                            good.send(Message.of(asked.part(0), asked.part(1), Bytes.EMPTY, Bytes.utf8("answer"))))
                    .subscribe();
            StepVerifier.create(template.request("ask", "", String.class))
                    .expectNext("answer")
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void asksNothingForASubscriberThatCancelsAtOnce() {
        asking("tcp://127.0.0.1:*", good).run(context -> {
            DealerSocket dealer = context.getBean(DealerSocket.class);
            awaitPeers(dealer, 1);
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            for (int i = 0; i < 100; i++) {
                template.request("ask", "cancelled", String.class).subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                        cancel();
                    }
                });
            }
            template.request("ask", "asked", String.class).subscribe(reply -> {}, ended -> {});
            assertThat(good.receive().map(Message::text).blockFirst(TIMEOUT)).isEqualTo("asked");
        });
    }
}
