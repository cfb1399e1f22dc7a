package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.samples.benchmarks.measure.Latencies;
import io.zmtp.samples.benchmarks.measure.Schedule;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;

/**
 * Connects DEALER, and sends requests at a fixed rate whether the last ones were answered or not. A reply's time begins when
 * its request was due, so that a peer that stalls is not spared the requests that it held up.
 */
final class OpenLoop {

    private OpenLoop() {}

    static void run(Settings settings) {
        Latencies latencies = new Latencies(settings);
        DealerSocket dealer =
                DealerSocket.create(options -> settings.calling(options).reconnect(Duration.ofMillis(20)));
        dealer.receive()
                .subscribe(reply -> latencies.record(Schedule.due(reply.last().toByteArray()), System.nanoTime()));
        dealer.connectNow(settings.endpoint());
        dealer.onPeer().blockFirst();
        Schedule schedule = new Schedule(settings);
        latencies.restart();
        while (!latencies.isDone()) {
            schedule.await();
            dealer.send(Message.of(schedule.next())).subscribe();
        }
        dealer.onClose().block();
    }
}
