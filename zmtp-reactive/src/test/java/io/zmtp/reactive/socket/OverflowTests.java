package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What becomes of the message for which there is no room. */
class OverflowTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final Map<DropReason, Long> drops = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PushSocket push(UnaryOperator<SocketOptions> change) {
        PushSocket push = PushSocket.create(options -> change.apply(options.sendHwm(3)
                .linger(Duration.ofMillis(200))
                .reconnect(Duration.ofMillis(10))
                .recorder(new Recorder() {
                    @Override
                    public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
                        drops.merge(reason, messages, Long::sum);
                    }
                })));
        open.add(push);
        return push;
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create();
        open.add(pull);
        return pull;
    }

    /** Where nobody is yet: a pipe holds what is sent. */
    private Endpoint free() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        pull.unbind(endpoint).block(TIMEOUT);
        return endpoint;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    private List<String> received(Endpoint endpoint, int count) {
        PullSocket pull = pull();
        pull.bindNow(endpoint.toString());
        List<String> texts =
                pull.receive().map(Message::text).take(count).collectList().block(TIMEOUT);
        return texts == null ? List.of() : texts;
    }

    @Test
    void waitsByDefault() {
        PushSocket push = push(options -> options);
        push.connectNow(free());
        push.send(numbers(3)).block(TIMEOUT);

        StepVerifier.create(push.send("late"))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void dropsTheNewest() {
        PushSocket push = push(options -> options.onFull(Overflow.DROP_NEWEST));
        Endpoint endpoint = push.connectNow(free().toString());

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(drops).containsExactly(Map.entry(DropReason.QUEUE_FULL, 7L));
        assertThat(push.drops()).isEqualTo(drops);
        assertThat(received(endpoint, 3)).containsExactly("0", "1", "2");
    }

    @Test
    void dropsTheOldest() {
        PushSocket push = push(options -> options.onFull(Overflow.DROP_OLDEST));
        Endpoint endpoint = push.connectNow(free().toString());

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(drops).containsExactly(Map.entry(DropReason.QUEUE_FULL, 7L));
        assertThat(received(endpoint, 3)).containsExactly("7", "8", "9");
    }

    @Test
    void keepsTheLatestOnly() {
        PushSocket push = push(SocketOptions::conflate);
        Endpoint endpoint = push.connectNow(free().toString());

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(drops).containsExactly(Map.entry(DropReason.REPLACED, 9L));
        assertThat(received(endpoint, 1)).containsExactly("9");
    }

    @Test
    void fails() {
        PushSocket push = push(options -> options.onFull(Overflow.FAIL));
        Endpoint endpoint = push.connectNow(free().toString());
        numbers(3).concatMap(push::send).blockLast(TIMEOUT);

        StepVerifier.create(push.send("late"))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);

        assertThat(drops).isEmpty();
        assertThat(received(endpoint, 3)).containsExactly("0", "1", "2");
    }

    @Test
    void dropsWithoutPeers() {
        PushSocket push = push(options -> options.onFull(Overflow.DROP_OLDEST));

        push.send(numbers(4)).block(TIMEOUT);

        assertThat(drops).containsExactly(Map.entry(DropReason.QUEUE_FULL, 4L));
    }

    @Test
    void doesNotDisconnectPeersThatTakeTurns() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PushSocket.create(options -> options.onFull(Overflow.DISCONNECT)));
    }

    @Test
    void tellsTheFirstDropAtOnceAndTheRestTogether() {
        PushSocket push = push(options -> options.onFull(Overflow.DROP_NEWEST));
        Endpoint endpoint = push.connectNow(free().toString());
        push.send(numbers(3)).block(TIMEOUT);

        StepVerifier.create(push.monitor().ofType(MonitorEvent.Dropped.class))
                .then(() -> push.send(numbers(5)).subscribe())
                .assertNext(first -> {
                    assertThat(first.count()).isEqualTo(1);
                    assertThat(first.reason()).isEqualTo(DropReason.QUEUE_FULL);
                    assertThat(first.message()).isEqualTo(Message.of("0"));
                })
                .assertNext(rest -> assertThat(rest.count()).isEqualTo(4))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(endpoint).isNotNull();
    }

    @Test
    void flushCompletesWhenWhatItWaitsForWasDropped() {
        PushSocket push = push(options -> options.onFull(Overflow.DROP_OLDEST));
        push.connectNow(free());
        push.send(numbers(1)).block(TIMEOUT);

        StepVerifier.create(push.flush())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .then(() -> push.send(numbers(3)).subscribe())
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** To a peer that reads a little and then nothing: what came, what was dropped and what was left add up. */
    @Test
    void countsAddUp() {
        PushSocket push = push(options -> options.sendHwm(50).onFull(Overflow.DROP_OLDEST));
        PullSocket pull = PullSocket.create(options -> options.recvHwm(10));
        open.add(pull);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.onPeer().blockFirst(TIMEOUT);
        int sent = 20_000; // more than a kernel buffers
        byte[] body = new byte[1000];

        Mono<Long> delivered = pull.receive().count().cache();
        push.send(Flux.range(0, sent).map(i -> Message.of(body))).block(TIMEOUT);
        delivered.subscribe();
        Closed closed = push.close().block(TIMEOUT);
        Sockets.awaitPeers(pull, 0); // it has read to the end
        pull.close().block(TIMEOUT);

        long dropped = drops.getOrDefault(DropReason.QUEUE_FULL, 0L);
        assertThat(closed).isNotNull();
        assertThat(delivered.block(TIMEOUT) + dropped + closed.unsentMessages()).isEqualTo(sent);
        assertThat(dropped).isPositive();
    }
}
