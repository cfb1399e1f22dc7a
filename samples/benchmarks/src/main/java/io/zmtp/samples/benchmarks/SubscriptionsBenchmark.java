package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.SubSocket;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One SUB with many receivers, each of a topic of its own; the score is the time for one message from its PUB, over
 * {@code inproc}, to the receiver that wants it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SubscriptionsBenchmark {

    /** How many receivers there are. */
    @Param({"1", "100", "10000"})
    public int receivers;

    private final SubSocket sub = SubSocket.create();
    private final PubSocket pub = PubSocket.create();
    private Message[] messages;
    private int next;
    private long received;

    /** Subscribes all receivers, and waits until the publisher knows. */
    @Setup
    public void setUp() {
        pub.bindNow("inproc://subscriptions");
        sub.connectNow("inproc://subscriptions");
        messages = IntStream.range(0, receivers)
                .mapToObj(i -> Message.of(topic(i), "a price"))
                .toArray(Message[]::new);
        IntStream.range(0, receivers).forEach(i -> sub.receive(topic(i)).subscribe(message -> received++));
        pub.awaitSubscribers(topic(receivers - 1), 1).block();
    }

    private static String topic(int i) {
        return "prices.%05d.".formatted(i);
    }

    /** Publishes to the next receiver, which has it when this returns. */
    @Benchmark
    public long publish() {
        pub.send(messages[next]).subscribe();
        next = next + 1 == receivers ? 0 : next + 1;
        return received;
    }

    /** Closes the sockets, and checks that every message came. */
    @TearDown
    public void tearDown() {
        pub.dispose();
        sub.dispose();
        if (received == 0 || !pub.drops().isEmpty()) {
            throw new IllegalStateException("expected every message to be received, but of those beside " + received
                    + " these were dropped: " + pub.drops());
        }
    }
}
