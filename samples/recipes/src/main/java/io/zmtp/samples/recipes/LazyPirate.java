package io.zmtp.samples.recipes;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** The lazy pirate: a client asks again when its server hangs, or dies and is started again. */
final class LazyPirate {

    private LazyPirate() {}

    public static void main(String[] args) {
        AtomicInteger asked = new AtomicInteger();
        RepSocket flaky = RepSocket.create();
        Endpoint endpoint = flaky.bindNow("tcp://127.0.0.1:*");
        flaky.serve(question -> asked.incrementAndGet() == 1
                        ? Mono.never() // it hangs
                        : Mono.fromRunnable(flaky::dispose)) // it dies
                .subscribe();
        RepSocket sturdy = RepSocket.create();
        sturdy.serve(question -> Mono.just(Message.of(question.text() + " = 5")))
                .subscribe();
        flaky.onClose().then(sturdy.bind(endpoint)).subscribe(); // it is started again

        ReqSocket client = ReqSocket.create();
        client.connectNow(endpoint);
        client.request("2 + 3")
                .timeout(Duration.ofMillis(500))
                .doOnError(failure -> System.out.println("no answer: asks again"))
                .retry(5)
                .map(Message::text)
                .doOnNext(System.out::println)
                .block();
        client.dispose();
        sturdy.dispose();
    }
}
