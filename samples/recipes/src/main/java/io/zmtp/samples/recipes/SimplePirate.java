package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import java.time.Duration;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The simple pirate: a broker gives each request to the worker that has been idle for the longest time. A worker that dies
 * takes its request along; the client asks again.
 */
final class SimplePirate {

    private SimplePirate() {}

    /** Passes requests on while there are idle workers; others are not even read. */
    static Mono<Void> broker(RouterSocket front, RouterSocket back) {
        Flux<Message> fromWorkers = back.receive().publish().refCount(2);
        Flux<Bytes> idle = fromWorkers.map(Message::first).onBackpressureBuffer(); // once for each worker
        Flux<Message> requests = Flux.zip(
                pair -> ((Message) pair[1]).prepend(Bytes.EMPTY).prepend((Bytes) pair[0]), 1, idle, front.receive());
        Flux<Message> replies = fromWorkers
                .map(message -> message.skip(2)) // without the worker's id and the delimiter
                .filter(message -> message.size() > 1); // without READY, which is for the broker
        return Mono.when(back.send(requests), front.send(replies));
    }

    /** Says that it is ready, and with each reply that it is ready again. */
    static ReqSocket worker(Endpoint broker, String name, boolean dies) {
        ReqSocket worker = ReqSocket.create();
        worker.connectNow(broker);
        worker.request("READY")
                .expand(task -> {
                    if (dies) {
                        worker.dispose();
                        return Mono.empty();
                    }
                    return worker.request(answer(task, task.text() + " by " + name));
                })
                .onErrorComplete() // it was closed
                .subscribe();
        return worker;
    }

    /** The envelope of the task, and the answer. */
    static Message answer(Message task, String text) {
        List<Bytes> envelope = task.parts().subList(0, task.size() - 1);
        return Message.of(envelope).append(Bytes.utf8(text));
    }

    public static void main(String[] args) {
        RouterSocket front = RouterSocket.create();
        RouterSocket back = RouterSocket.create();
        Endpoint clients = front.bindNow("tcp://127.0.0.1:*");
        Endpoint workers = back.bindNow("tcp://127.0.0.1:*");
        Disposable broker = broker(front, back).subscribe();
        worker(workers, "the one that dies", true);
        back.awaitPeers(1).block();
        ReqSocket worker = worker(workers, "the other one", false);

        ReqSocket client = ReqSocket.create();
        client.connectNow(clients);
        Flux.range(1, 3)
                .concatMap(i -> client.request("task " + i)
                        .timeout(Duration.ofMillis(500))
                        .doOnError(failure -> System.out.println("no answer: asks again"))
                        .retry(5))
                .map(Message::text)
                .doOnNext(System.out::println)
                .blockLast();
        List.of(broker, client, worker, front, back).forEach(Disposable::dispose);
    }
}
