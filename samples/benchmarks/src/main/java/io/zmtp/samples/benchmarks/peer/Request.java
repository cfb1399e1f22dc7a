package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.samples.benchmarks.measure.Latencies;
import io.zmtp.samples.benchmarks.measure.Settings;
import reactor.core.publisher.Mono;

/** Connects REQ, with one request in flight, and reports how long the replies take. */
final class Request {
    private final Latencies latencies;
    private long asked;

    private Request(Settings settings) {
        latencies = new Latencies(settings);
    }

    static void run(Settings settings) {
        Request run = new Request(settings);
        Message message = Message.of(settings.payload());
        ReqSocket req = ReqSocket.create(settings::calling);
        req.connectNow(settings.endpoint());
        Mono.defer(() -> {
                    run.asked = System.nanoTime();
                    return req.request(message);
                })
                .doOnNext(reply -> run.latencies.record(run.asked, System.nanoTime()))
                .repeat(() -> !run.latencies.isDone())
                .blockLast();
        req.onClose().block();
    }
}
