package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Work that is acknowledged: its sender learns when it is done; what failed is tried again, what is hopeless is set aside. */
final class AcknowledgedWork {

    private static final AtomicBoolean DISK_IS_FULL = new AtomicBoolean(true);

    private AcknowledgedWork() {}

    static PullSocket worker(Endpoint tasks, String name) {
        PullSocket worker =
                PullSocket.create(options -> options.routingId(Bytes.utf8(name)).delivery(DeliveryOptions.done()));
        worker.connectNow(tasks);
        worker.process(task -> Mono.fromRunnable(() -> work(task.text())), 4).subscribe();
        return worker;
    }

    /** What it throws decides whether another attempt may help. */
    private static void work(String task) {
        if (task.equals("nonsense")) {
            throw new IllegalArgumentException("it makes no sense"); // never
        }
        if (DISK_IS_FULL.getAndSet(false)) {
            throw new IllegalStateException("the disk is full"); // perhaps
        }
    }

    public static void main(String[] args) {
        PushSocket tasks = PushSocket.create(options -> options.routingId(Bytes.utf8("kitchen"))
                .delivery(DeliveryOptions.done()
                        .retryElsewhere(true)
                        .retryBackoff(Duration.ofMillis(100))
                        .deadLetters(letter -> Mono.fromRunnable(() -> System.out.println(
                                "set aside: " + letter.message().text())))));
        Endpoint endpoint = tasks.bindNow("tcp://127.0.0.1:*");
        List<PullSocket> workers = List.of(worker(endpoint, "worker 1"), worker(endpoint, "worker 2"));
        tasks.awaitPeers(2).block();

        List<String> results = Flux.just("tea", "coffee", "nonsense", "cake")
                .flatMap(task -> tasks.deliver(Message.of(task))
                        .done()
                        .thenReturn(task + ": done")
                        .onErrorReturn(task + ": not done"))
                .collectSortedList()
                .block();
        results.forEach(System.out::println);
        workers.forEach(Disposable::dispose);
        tasks.dispose();
    }
}
