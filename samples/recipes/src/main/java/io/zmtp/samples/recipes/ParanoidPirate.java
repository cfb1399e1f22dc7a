package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The paranoid pirate: heartbeats show the broker which workers are dead or frozen, and what such a worker had is given to
 * another one. ZMTP has these heartbeats; the program only sets their interval.
 */
final class ParanoidPirate {

    private final RouterSocket front = RouterSocket.create();
    private final RouterSocket back = RouterSocket.create(
            options -> options.mandatory().heartbeat(Duration.ofMillis(100), Duration.ofMillis(300)));

    /** What each worker is doing. */
    private final Map<Bytes, Message> underWay = new ConcurrentHashMap<>();

    /** What was given to a worker that has gone; at most one request of each. */
    private final Sinks.Many<Message> again = Sinks.many().unicast().onBackpressureBuffer();

    private ParanoidPirate() {}

    private Mono<Void> broker() {
        Flux<Message> fromWorkers = back.receive().publish().refCount(2);
        Flux<Bytes> idle = fromWorkers
                .map(Message::first)
                .doOnNext(underWay::remove)
                .onBackpressureBuffer(); // once for each worker
        Flux<Message> replies = fromWorkers.map(message -> message.skip(2)).filter(message -> message.size() > 1);
        Flux<Message> requests = Flux.merge(1, again.asFlux(), front.receive());
        Mono<Void> given = Flux.zip(pair -> give((Bytes) pair[0], (Message) pair[1]), 1, idle, requests)
                .concatMap(sent -> sent, 1)
                .then();
        Mono<Void> left = back.onPeer()
                .flatMap(peer -> peer.onClose().thenReturn(peer.routingId()), Integer.MAX_VALUE)
                .doOnNext(this::left)
                .then();
        return Mono.when(given, left, front.send(replies));
    }

    private Mono<Void> give(Bytes worker, Message request) {
        underWay.put(worker, request);
        return back.send(request.prepend(Bytes.EMPTY).prepend(worker)) // fails if the worker has gone
                .onErrorResume(ZmtpException.class, failure -> Mono.fromRunnable(() -> left(worker)));
    }

    private void left(Bytes worker) {
        Message request = underWay.remove(worker);
        if (request != null) {
            System.out.println("a worker is gone: another one gets " + request.text());
            again.emitNext(request, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
        }
    }

    public static void main(String[] args) {
        ParanoidPirate broker = new ParanoidPirate();
        Endpoint clients = broker.front.bindNow("tcp://127.0.0.1:*");
        Endpoint workers = broker.back.bindNow("tcp://127.0.0.1:*");
        Disposable running = broker.broker().subscribe();
        ReqSocket client = ReqSocket.create();
        client.connectNow(clients);

        Mono<Message> answer = client.request("task 1").cache();
        answer.subscribe(); // it waits for a worker

        ScriptedPeer frozen = ScriptedPeer.connect(workers).block(); // says READY, and then nothing, not even PONG
        frozen.handshake(SocketType.REQ)
                .then(frozen.send(Message.of("", "READY")))
                .thenMany(frozen.readFrame().repeat())
                .filter(frame -> !frame.isCommand())
                .blockFirst(); // it has the task
        ReqSocket worker = SimplePirate.worker(workers, "the one that lives", false);

        System.out.println(answer.map(Message::text).block(Duration.ofSeconds(10))); // the client did not ask again
        List.of(running, frozen, client, worker, broker.front, broker.back).forEach(Disposable::dispose);
    }
}
