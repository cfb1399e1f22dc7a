package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.SubSocket;
import reactor.core.publisher.Flux;

/** Publishes, and subscribes for as long as somebody listens. */
final class PubSub {

    private PubSub() {}

    public static void main(String[] args) {
        PubSocket market = PubSocket.create();
        Endpoint endpoint = market.bindNow("tcp://127.0.0.1:*");
        market.awaitSubscribers("EURUSD", 1) // nobody is waited for otherwise
                .thenMany(Flux.just(
                        Message.of("EURUSD", "1.17"), Message.of("GBPUSD", "1.31"), Message.of("EURCHF", "0.93")))
                .concatMap(market::send)
                .subscribe();

        SubSocket desk = SubSocket.create();
        desk.connectNow(endpoint);
        desk.receive("EUR") // subscribes when it is subscribed to, and unsubscribes when it is cancelled
                .take(2)
                .doOnNext(tick -> System.out.println(tick.first().utf8() + " " + tick.text()))
                .blockLast();
        desk.dispose();
        market.dispose();
    }
}
