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
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** What a message costs that a PUB drops for all its subscribers, whose queues are full. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DropBenchmark {

    /** How many subscribers there are, none of which takes anything. */
    @Param({"1", "10", "100"})
    public int subscribers;

    private final PubSocket pub = PubSocket.create();
    private final Message message = Message.of(new byte[100]);
    private SubSocket[] subs;

    /** Subscribes all, and publishes until every queue is full. */
    @Setup
    public void setUp() {
        pub.bindNow("inproc://full");
        subs = IntStream.range(0, subscribers).mapToObj(i -> connected()).toArray(SubSocket[]::new);
        pub.awaitSubscribers("", subscribers).block();
        while (pub.drops().values().stream().mapToLong(Long::longValue).sum() < 10L * subscribers) {
            pub.send(message).block();
        }
    }

    private static SubSocket connected() {
        SubSocket sub = SubSocket.create();
        sub.receive("").subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // asks for nothing
            }
        });
        sub.connectNow("inproc://full");
        return sub;
    }

    /** Publishes one message, which is dropped. */
    @Benchmark
    public void publish() {
        pub.send(message).subscribe();
    }

    /** Closes the sockets. */
    @TearDown
    public void tearDown() {
        pub.dispose();
        for (SubSocket sub : subs) {
            sub.dispose();
        }
    }
}
