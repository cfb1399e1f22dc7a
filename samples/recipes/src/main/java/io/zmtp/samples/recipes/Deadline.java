package io.zmtp.samples.recipes;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SocketOptions;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A request with a deadline: the server knows how much time is left, and does not work for a client that no longer waits. */
final class Deadline {

    private static final Duration WAY = Duration.ofMillis(100);

    private Deadline() {}

    /** The request carries the time that is left, in milliseconds, less some for the way back. */
    static Mono<String> ask(ReqSocket client, String question, Duration left) {
        return client.request(question, Long.toString(left.minus(WAY).toMillis()))
                .timeout(left)
                .map(Message::text)
                .onErrorResume(TimeoutException.class, late -> Mono.just(question + ": no answer in time"));
    }

    static Mono<Message> serve(Message request) {
        String question = request.first().utf8();
        Duration left = Duration.ofMillis(Long.parseLong(request.text()));
        return work(question)
                .timeout(left, Mono.fromRunnable(() -> System.out.println(question + ": the server gave it up")))
                .map(Message::of);
    }

    private static Mono<String> work(String question) {
        Duration needed = question.equals("slow") ? Duration.ofSeconds(30) : Duration.ofMillis(10);
        return Mono.delay(needed).thenReturn(question + ": done");
    }

    public static void main(String[] args) {
        RepSocket server = RepSocket.create();
        Endpoint endpoint = server.bindNow("tcp://127.0.0.1:*");
        server.serve(Deadline::serve).subscribe();
        ReqSocket client = ReqSocket.create(SocketOptions::correlate); // a late reply costs no connection
        client.connectNow(endpoint);
        client.awaitPeers(1)
                .thenMany(Flux.just("quick", "slow", "quick"))
                .concatMap(question -> ask(client, question, Duration.ofSeconds(1)))
                .doOnNext(System.out::println)
                .blockLast();
        client.dispose();
        server.dispose();
    }
}
