package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.VirtualTime;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long a message may wait to be written, on a clock of the test's own; connections, where there are some, are real. */
class MaxAgeTests {

    private static final Duration AGE = Duration.ofSeconds(5);
    private static final Duration INSTANT = Duration.ofNanos(1);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final VirtualTimeScheduler time = VirtualTime.start();
    private final Endpoint nowhere = free();
    private final String name = "inproc://" + UUID.randomUUID();

    @AfterEach
    void close() {
        sockets.close();
        VirtualTimeScheduler.reset();
    }

    /** Where nobody is yet. */
    private Endpoint free() {
        PullSocket pull = sockets.add(PullSocket.create());
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        pull.close().block(TIMEOUT);
        return endpoint;
    }

    private PushSocket push(UnaryOperator<SocketOptions> options) {
        return sockets.add(PushSocket.create(options));
    }

    private static void send(SendingSocket socket, String... texts) {
        Flux.fromArray(texts).map(Message::of).concatMap(socket::send).blockLast(TIMEOUT);
    }

    private static long expired(ZmtpSocket socket) {
        return socket.drops().getOrDefault(DropReason.EXPIRED, 0L);
    }

    /** What a peer receives that comes at last. */
    private Flux<String> received(int count) {
        PullSocket pull = sockets.add(PullSocket.create());
        pull.bindNow(name);
        return pull.receive().map(Message::text).take(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "inproc"})
    void dropsWhatNobodyHasComeFor(String scheme) {
        PushSocket push = push(options -> options.maxAge(AGE));
        push.connectNow(scheme.equals("tcp") ? nowhere.toString() : name);
        StepVerifier.create(push.monitor().ofType(MonitorEvent.Dropped.class).next())
                .then(() -> send(push, "a", "b", "c"))
                .then(() -> time.advanceTimeBy(AGE.minus(INSTANT)))
                .then(() -> assertThat(expired(push)).isZero())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(10)))
                .then(() -> assertThat(expired(push)).isEqualTo(3))
                .assertNext(event -> {
                    assertThat(event.reason()).isEqualTo(DropReason.EXPIRED);
                    assertThat(event.message()).isEqualTo(Message.of("a"));
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void dropsNothingThatMayWaitForAnyTime() {
        PushSocket push = push(options -> options);
        push.connectNow(name);
        send(push, "a");
        push.send(Message.of("b").withMaxAge(AGE)).block(TIMEOUT);

        time.advanceTimeBy(Duration.ofDays(1));

        assertThat(expired(push)).isOne();
        StepVerifier.create(received(1)).expectNext("a").expectComplete().verify(TIMEOUT);
    }

    @Test
    void goesByTheShorterAge() {
        PushSocket push = push(options -> options.maxAge(AGE));
        push.connectNow(nowhere);
        push.send(Message.of("short").withMaxAge(Duration.ofSeconds(1))).block(TIMEOUT);
        push.send(Message.of("long").withMaxAge(AGE.multipliedBy(9))).block(TIMEOUT);
        send(push, "none");

        time.advanceTimeBy(Duration.ofMillis(1_010));
        assertThat(expired(push)).isOne();
        time.advanceTimeBy(AGE);
        assertThat(expired(push)).isEqualTo(3);
    }

    @Test
    void sendsWhatIsYoungEnoughInOrder() {
        PushSocket push = push(options -> options.maxAge(AGE));
        push.connectNow(name);
        send(push, "old", "old");
        time.advanceTimeBy(AGE.minusSeconds(1));
        send(push, "new");
        time.advanceTimeBy(Duration.ofSeconds(2));
        send(push, "newest");

        StepVerifier.create(received(2))
                .expectNext("new", "newest")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(expired(push)).isEqualTo(2);
    }

    @Test
    void makesRoomForThoseWhoWait() {
        PushSocket push = push(options -> options.maxAge(AGE).sendHwm(2));
        push.connectNow(nowhere);
        send(push, "a", "b");

        StepVerifier.create(push.send(Message.of("c")))
                .expectSubscription()
                .then(() -> time.advanceTimeBy(AGE.plusMillis(10)))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(expired(push)).isEqualTo(2);
    }

    @Test
    void completesFlushWhenWhatItWaitedForIsDropped() {
        PushSocket push = push(options -> options.maxAge(AGE).linger(Duration.ofDays(1)));
        push.connectNow(nowhere);
        send(push, "a");

        StepVerifier.create(push.close())
                .expectSubscription()
                .then(() -> time.advanceTimeBy(AGE.plusMillis(10)))
                .assertNext(closed -> assertThat(closed.unsentMessages()).isZero())
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(expired(push)).isOne();
    }

    @Test
    void keepsTheAgeOfWhatGoesToAnotherPeer() {
        PushSocket push = push(options -> options.maxAge(AGE));
        push.connectNow(nowhere);
        send(push, "a");
        time.advanceTimeBy(AGE.minusSeconds(1));
        Endpoint other = push.connect(free()).block(TIMEOUT);
        push.disconnect(nowhere).block(TIMEOUT);
        assertThat(other).isNotNull();

        time.advanceTimeBy(Duration.ofMillis(1_010));

        assertThat(expired(push)).isOne();
    }

    @Test
    void dropsWhatIsBetweenTwoPeersTooLong() {
        PushSocket push = push(options -> options.maxAge(AGE));
        push.connectNow(nowhere);
        send(push, "a");
        push.disconnect(nowhere).subscribe();
        time.advanceTimeBy(AGE.plusSeconds(1));

        push.connectNow(free());

        assertThat(expired(push)).isOne();
    }

    @Test
    void dropsWhatAStuckSubscriberDoesNotRead() {
        PubSocket pub = sockets.add(PubSocket.create(options -> options.maxAge(AGE)));
        SubSocket sub = sockets.add(SubSocket.create(options -> options.recvHwm(1)));
        sub.subscribe("");
        sub.connectNow(pub.bindNow(name));
        pub.awaitSubscribers("", 1).block(TIMEOUT);
        send(pub, "read ahead", "waits", "waits too");

        time.advanceTimeBy(AGE.plusMillis(10));

        assertThat(expired(pub)).isEqualTo(2);
        StepVerifier.create(sub.receive().map(Message::text).take(1))
                .expectNext("read ahead")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void isKeptByAMessageWithFurtherParts() {
        Message message = Message.of("body").withMaxAge(AGE);
        assertThat(message.prepend(message.first())
                        .append(message.first())
                        .skip(1)
                        .maxAge())
                .hasValue(AGE);
        assertThat(message.from(null).maxAge()).isEmpty();
        assertThat(message).isEqualTo(Message.of("body"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> message.withMaxAge(Duration.ZERO))
                .withMessageContaining("PT0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> push(options -> options.maxAge(Duration.ofDays(25))))
                .withMessageContaining("PT576H");
    }

    @Test
    void waitsForSoManyPeers() {
        PushSocket push = push(options -> options);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        PullSocket pull = sockets.add(PullSocket.create());
        StepVerifier.create(push.awaitPeers(2))
                .then(() -> pull.connectNow(endpoint))
                .then(() ->
                        StepVerifier.create(push.awaitPeers(1)).expectComplete().verify(TIMEOUT))
                .then(() -> pull.connectNow(endpoint))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(push.awaitPeers(3))
                .then(() -> push.close().map(Closed::reason).subscribe())
                .expectErrorMessage(SocketType.PUSH + " socket: closed before 3 peers were connected")
                .verify(TIMEOUT);
    }
}
