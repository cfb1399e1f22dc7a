package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import reactor.core.publisher.Flux;

/** Hands out work, as fast as it is taken. */
final class PushPull {

    private PushPull() {}

    public static void main(String[] args) {
        PullSocket worker = PullSocket.create();
        Endpoint endpoint = worker.bindNow("tcp://127.0.0.1:*");

        PushSocket source = PushSocket.create(options -> options.sendHwm(100));
        source.connectNow(endpoint);
        source.send(Flux.range(1, 1000).map(i -> Message.of("task " + i))) // waits while 100 wait
                .then(source.close())
                .subscribe();

        worker.receive()
                .map(Message::text)
                .take(1000)
                .doOnNext(System.out::println)
                .blockLast();
        worker.dispose();
    }
}
