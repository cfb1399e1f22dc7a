package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.Opened;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The sockets of a test, which end with it. */
final class Sockets extends Opened {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Long enough for what should not happen, if it were to. */
    static final Duration QUIET = Duration.ofMillis(100);

    /** Longer than a busy machine makes wait who could go on. */
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    /** Opens a socket that connects again soon. */
    <S extends ZmtpSocket> S open(Function<UnaryOperator<SocketOptions>, S> type) {
        return open(type, UnaryOperator.identity());
    }

    /** As {@link #open(Function)}, with further options. */
    <S extends ZmtpSocket> S open(
            Function<UnaryOperator<SocketOptions>, S> type, UnaryOperator<SocketOptions> options) {
        return add(type.apply(all -> options.apply(quick(all))));
    }

    /** Options that connect again soon. */
    static SocketOptions quick(SocketOptions options) {
        return options.reconnect(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    /** The texts of the next messages. */
    static List<String> receive(Receiver receiver, int count) {
        return receiver.receive().take(count).map(Message::text).collectList().block(TIMEOUT);
    }

    /** The text of the next message. */
    static String receive(Receiver receiver) {
        return receive(receiver, 1).get(0);
    }

    /** The texts of what comes. */
    static Flux<String> texts(Receiver receiver) {
        return receiver.receive().map(Message::text);
    }

    /** What is dropped for this reason from now on; subscribe before. */
    static Flux<MonitorEvent.Dropped> drops(ZmtpSocket socket, DropReason reason) {
        return socket.monitor().ofType(MonitorEvent.Dropped.class).filter(dropped -> dropped.reason() == reason);
    }

    /** The first event of a kind from now on, also if it happens before it is waited for. */
    <T extends MonitorEvent> Mono<T> next(ZmtpSocket socket, Class<T> kind) {
        Mono<T> first = socket.monitor().ofType(kind).next().cache();
        add(first.subscribe());
        return first.timeout(TIMEOUT);
    }

    /** Waits until so many peers are there. */
    static void awaitPeers(ZmtpSocket socket, int count) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .map(tick -> socket.peers().size())
                .filter(size -> size == count)
                .blockFirst(TIMEOUT);
    }

    /** Sends to a peer that does not read, until a sender waits and neither the queue nor the transport takes more. */
    static void fill(Function<Message, Mono<Void>> send) {
        Message large = Message.of(new byte[1_000_000]);
        StepVerifier.create(Flux.range(0, 1000).concatMap(i -> send.apply(large).timeout(A_WHILE)))
                .thenConsumeWhile(any -> true)
                .expectError(TimeoutException.class)
                .verify(TIMEOUT);
    }

    /** Waits until a number has not changed for a while. */
    static long awaitStill(LongSupplier number) {
        return Flux.interval(A_WHILE.dividedBy(10))
                .onBackpressureDrop()
                .map(tick -> number.getAsLong())
                .buffer(10, 1)
                .filter(last -> last.stream().distinct().count() == 1)
                .map(last -> last.get(0))
                .blockFirst(TIMEOUT);
    }
}
