package io.zmtp.samples.recipes;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.SubSocket;
import reactor.core.publisher.Flux;

/** A subscriber that comes late gets the last value of each topic at once: PUB keeps it. */
final class LastValue {

    private LastValue() {}

    public static void main(String[] args) {
        PubSocket weather = PubSocket.create(options -> options.lastValueCache(1000)); // topics
        Endpoint endpoint = weather.bindNow("tcp://127.0.0.1:*");
        weather.send(Flux.just(Message.of("Oslo", "3 °C"), Message.of("Rome", "18 °C"), Message.of("Oslo", "4 °C")))
                .block(); // nobody has subscribed yet

        SubSocket late = SubSocket.create();
        late.connectNow(endpoint);
        late.receive("Oslo")
                .take(1)
                .doOnNext(report -> System.out.println(report.first().utf8() + " " + report.text()))
                .blockLast();
        late.dispose();
        weather.dispose();
    }
}
