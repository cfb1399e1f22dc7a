package io.zmtp.reactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.connection.ZmtpClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class InMemoryTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private static ZmtpClient client(SocketType type) {
        return ZmtpClient.create().socketType(type);
    }

    private InMemory open(ZmtpClient first, ZmtpClient second) {
        InMemory both = InMemory.openNow(first, second);
        open.add(both);
        return both;
    }

    @Test
    void deliversBothWaysOnTheThreadThatSends() {
        InMemory both = open(client(SocketType.PAIR), client(SocketType.PAIR));
        Thread here = Thread.currentThread();
        open.add(both.second()
                .receive()
                .doOnNext(message -> assertThat(Thread.currentThread()).isSameAs(here))
                .concatMap(message -> both.second().send(message.prepend(message.first())))
                .subscribe());

        StepVerifier.create(both.first().receive().next())
                .then(() -> both.first().send(Message.of("echo")).block(TIMEOUT))
                .expectNext(Message.of("echo", "echo"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void showsEachSideTheOther() {
        InMemory both = open(client(SocketType.PUSH), client(SocketType.PULL));

        assertThat(both.first().peer().socketType()).isEqualTo(SocketType.PULL);
        assertThat(both.second().peer().socketType()).isEqualTo(SocketType.PUSH);
        assertThat(both.first().peer().address()).isNull();
    }

    @Test
    void failsWhenTheTypesMakeNoPattern() {
        assertThatThrownBy(() -> open(client(SocketType.PUSH), client(SocketType.PUSH)))
                .isInstanceOf(ZmtpHandshakeException.class);
    }

    @Test
    void deliversLargeMessagesAndManyOfThemBetweenThreads() {
        InMemory both = open(client(SocketType.PUSH), client(SocketType.PULL));
        Message large = Message.of(new byte[5_000_000]);
        Flux<Message> all = Flux.concat(Flux.range(0, 50_000).map(i -> Message.of("" + i)), Flux.just(large));

        StepVerifier.create(both.second()
                        .receive()
                        .publishOn(Schedulers.parallel())
                        .take(50_001)
                        .last())
                .then(() -> both.first()
                        .send(all)
                        .subscribeOn(Schedulers.parallel())
                        .subscribe())
                .expectNext(large)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendersWaitForOneWhoDoesNotReceive() {
        InMemory both = open(client(SocketType.PUSH), client(SocketType.PULL));
        AtomicInteger accepted = new AtomicInteger();
        Message chunk = Message.of(new byte[10_000]);
        open.add(Flux.range(0, 1000)
                .concatMap(i -> both.first().send(chunk).doOnSuccess(done -> accepted.incrementAndGet()), 1)
                .subscribe());
        assertThat(accepted.get()).isBetween(10, 200);

        StepVerifier.create(both.second().receive().take(1000).count())
                .expectNext(1000L)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(accepted).hasValue(1000);
    }

    @Test
    void closeWritesWhatWasAcceptedAndTheOtherSideSeesIt() {
        InMemory both = open(client(SocketType.PUSH), client(SocketType.PULL));
        IntStream.range(0, 10)
                .forEach(i -> both.first().send(Message.of("" + i)).block(TIMEOUT));

        both.first().close().block(TIMEOUT);

        StepVerifier.create(both.second().receive().map(Message::text).last())
                .expectNext("9")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(both.second().onClose())
                .assertNext(closed -> assertThat(closed.reason()).isEqualTo(Closed.Reason.PEER))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
