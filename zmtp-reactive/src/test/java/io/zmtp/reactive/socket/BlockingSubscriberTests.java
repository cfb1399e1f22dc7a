package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Somebody blocks who receives: beside others on the one event loop that they share. */
class BlockingSubscriberTests {

    private static final Duration SILENCE = Duration.ofMillis(1500);

    /** Far less than somebody blocks, far more than a busy machine takes. */
    private static final Duration HELD_UP = Duration.ofSeconds(5);

    private final LoopResources one = LoopResources.create("one", 1, true);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final ReqSocket req = sockets.add(ReqSocket.create(options -> options.runOn(one)));

    @AfterEach
    void close() {
        end.countDown();
        sockets.close();
        one.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
    }

    private PullSocket pull() {
        return sockets.add(PullSocket.create(options -> options.runOn(one).heartbeat(Duration.ofMillis(100), SILENCE)));
    }

    private PushSocket pushTo(Endpoint at) {
        PushSocket push = sockets.add(PushSocket.create(options -> options.heartbeat(Duration.ofMillis(100), SILENCE)));
        push.connectNow(at);
        return push;
    }

    private void meetRep() {
        RepSocket rep = sockets.add(RepSocket.create(options -> options.runOn(one)));
        sockets.add(rep.serve(Mono::just).subscribe(nothing -> {}, failed -> {}));
        req.connectNow(rep.bindNow("tcp://127.0.0.1:*"));
        req.request("warm up").block(TIMEOUT);
    }

    /** The 99th of 100 round trips, in order of their length. */
    private Duration slowRoundTrip() {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            long began = System.nanoTime();
            req.request("are you there?").block(TIMEOUT);
            times.add(Duration.ofNanos(System.nanoTime() - began));
        }
        return times.stream().sorted().skip(98).findFirst().orElseThrow();
    }

    private void block() {
        blocked.countDown();
        try {
            end.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** As the documentation asks for: behind publishOn. */
    @Test
    void whoBlocksOnAnotherThreadHoldsUpNobody() throws InterruptedException {
        meetRep();
        PullSocket pull = pull();
        PushSocket push = pushTo(pull.bindNow("tcp://127.0.0.1:*"));
        sockets.add(pull.receive().publishOn(Schedulers.boundedElastic(), 1).subscribe(message -> block()));
        List<MonitorEvent.Disconnected> ends = new ArrayList<>();
        sockets.add(push.monitor().ofType(MonitorEvent.Disconnected.class).subscribe(ends::add));
        sockets.add(push.send(Flux.range(0, 100_000).map(i -> Message.of(new byte[1000])))
                .subscribe(nothing -> {}, failed -> {}));
        assertThat(blocked.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        long began = System.nanoTime();
        do {
            assertThat(slowRoundTrip()).isLessThan(HELD_UP);
        } while (System.nanoTime() - began < SILENCE.multipliedBy(2).toNanos());

        assertThat(ends).as("heartbeats went on").isEmpty();
        assertThat(push.peers()).hasSize(1);
    }

    /** Against the documentation: here BlockHound names the culprit, who is cancelled; the socket goes on. */
    @Test
    void whoBlocksOnTheEventLoopIsNamedAndCancelled() {
        meetRep();
        PullSocket pull = pull();
        PushSocket push = pushTo(pull.bindNow("tcp://127.0.0.1:*"));
        Sockets.awaitPeers(pull, 1);
        AtomicReference<Throwable> named = new AtomicReference<>();
        sockets.add(pull.receive().subscribe(message -> block(), named::set));

        push.send("one").block(TIMEOUT);
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .filter(tick -> named.get() != null)
                .blockFirst(TIMEOUT);

        assertThat(named.get()).isInstanceOf(BlockingOperationError.class);
        assertThat(slowRoundTrip()).isLessThan(HELD_UP);
        push.send("two").block(TIMEOUT);
        assertThat(Sockets.receive(pull)).isEqualTo("two");
    }
}
