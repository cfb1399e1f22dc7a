package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work with a collector: tasks go out by PUSH, results come back by PULL. The collector knows which tasks are missing, so that
 * those of a worker that died are sent again.
 */
final class Collector {

    private Collector() {}

    /** Takes one task at a time, so that others get their share. One that dies does so after nine. */
    static void worker(Endpoint tasks, Endpoint results, boolean dies) {
        PullSocket in = PullSocket.create(options -> options.recvHwm(1));
        PushSocket out = PushSocket.create();
        in.connectNow(tasks);
        out.connectNow(results);
        out.send(in.receive()
                        .take(dies ? 9 : Long.MAX_VALUE)
                        .concatMap(task -> square(task), 1)
                        .doOnComplete(in::dispose))
                .then(out.close())
                .subscribe();
    }

    private static Mono<Message> square(Message task) {
        long n = Long.parseLong(task.text());
        return Mono.delay(Duration.ofMillis(1)).thenReturn(task.append(Bytes.utf8(Long.toString(n * n))));
    }

    public static void main(String[] args) {
        PushSocket tasks = PushSocket.create(options -> options.sendHwm(1));
        PullSocket results = PullSocket.create();
        Endpoint toWorkers = tasks.bindNow("tcp://127.0.0.1:*");
        Endpoint fromWorkers = results.bindNow("tcp://127.0.0.1:*");
        worker(toWorkers, fromWorkers, true);
        worker(toWorkers, fromWorkers, false);
        tasks.awaitPeers(2).block();

        Set<Integer> missing = IntStream.rangeClosed(1, 100).boxed().collect(Collectors.toCollection(TreeSet::new));
        long sum = 0;
        while (!missing.isEmpty()) {
            tasks.send(Flux.fromIterable(List.copyOf(missing)).map(n -> Message.of(Integer.toString(n))))
                    .subscribe();
            for (Message result; !missing.isEmpty() && (result = next(results)) != null; ) {
                if (missing.remove(Integer.valueOf(result.first().utf8()))) { // else it came twice
                    sum += Long.parseLong(result.text());
                }
            }
        }
        System.out.println("the sum of 100 squares is " + sum);
        tasks.dispose();
        results.dispose();
    }

    /** Null if no result comes for a while: what is missing then is sent again. */
    private static Message next(PullSocket results) {
        return results.receive(Duration.ofSeconds(1)).block();
    }
}
