package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import reactor.core.publisher.Flux;

/** Talks with many, each by its name, with any number of messages either way. */
final class DealerRouter {

    private DealerRouter() {}

    public static void main(String[] args) {
        RouterSocket router = RouterSocket.create();
        Endpoint endpoint = router.bindNow("tcp://127.0.0.1:*");
        Flux<Message> replies = router.receive() // the first part says who it is from, and who it is for
                .concatMap(message -> Flux.just("hello", "good-bye")
                        .map(word -> Message.of(message.first(), Bytes.utf8(word + ", " + message.text()))));
        router.send(replies).subscribe();

        DealerSocket dealer = DealerSocket.create(options -> options.routingId(Bytes.utf8("dealer 1")));
        dealer.connectNow(endpoint);
        dealer.send("Ann").block();
        dealer.receive()
                .map(Message::text)
                .take(2)
                .doOnNext(System.out::println)
                .blockLast();
        dealer.dispose();
        router.dispose();
    }
}
