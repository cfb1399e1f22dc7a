package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SocketOptions;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks, and answers. */
final class ReqRep {

    private ReqRep() {}

    public static void main(String[] args) {
        RepSocket rep = RepSocket.create();
        Endpoint endpoint = rep.bindNow("tcp://127.0.0.1:*");
        rep.serve(question -> Mono.just(Message.of("You asked: " + question.text())))
                .subscribe();

        ReqSocket req = ReqSocket.create(SocketOptions::correlate); // any number at a time; by default one
        req.connectNow(endpoint);
        Flux.just("who?", "what?", "why?")
                .flatMapSequential(question ->
                        req.request(question).timeout(Duration.ofSeconds(1)).retry(3))
                .map(Message::text)
                .doOnNext(System.out::println)
                .blockLast();
        req.dispose();
        rep.dispose();
    }
}
