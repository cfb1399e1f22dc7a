package io.zmtp.samples.recipes;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Freelance: a client knows several servers and needs no broker. It asks one after another, or all at once. */
final class Freelance {

    private Freelance() {}

    private static ReqSocket client(Endpoint... servers) {
        ReqSocket client = ReqSocket.create();
        Stream.of(servers).forEach(client::connectNow);
        return client;
    }

    public static void main(String[] args) {
        RepSocket hanging = RepSocket.create();
        RepSocket working = RepSocket.create();
        Endpoint first = hanging.bindNow("tcp://127.0.0.1:*");
        Endpoint second = working.bindNow("tcp://127.0.0.1:*");
        hanging.serve(question -> Mono.never()).subscribe();
        working.serve(question -> Mono.just(Message.of(question.text() + ": yes")))
                .subscribe();

        // One after another: peers of a REQ take turns, so each try asks the next server.
        ReqSocket any = client(first, second);
        any.awaitPeers(2)
                .then(any.request("one after another")
                        .timeout(Duration.ofMillis(300))
                        .retry(3))
                .map(Message::text)
                .doOnNext(System.out::println)
                .block();

        // All at once: the first reply counts, and the other requests are cancelled.
        List<ReqSocket> each = List.of(client(first), client(second));
        Mono.firstWithValue(each.stream().map(req -> req.request("all at once")).toList())
                .map(Message::text)
                .doOnNext(System.out::println)
                .block();
        Flux.just(any, each.get(0), each.get(1), hanging, working)
                .doOnNext(ZmtpSocket::dispose)
                .blockLast();
    }
}
