package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.ReplayEndpoints;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import java.time.Duration;
import reactor.core.publisher.Flux;

/** A publication without gaps. */
final class Replay {

    private Replay() {}

    public static void main(String[] args) {
        ReplayPublisher market =
                ReplayPublisher.create(history -> history.messages(100_000).maxAge(Duration.ofMinutes(10)));
        ReplayEndpoints endpoints = market.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        market.send(Flux.range(1, 10).map(i -> Message.of("EURUSD", "1.17" + i)))
                .block();

        ReplaySubscriber.create(options -> options.from(Start.oldest()))
                .connect(endpoints)
                .receive("EUR") // updates("EUR") has the numbers, and emits a Gap where this fails
                .take(10)
                .map(Message::text)
                .doOnNext(System.out::println)
                .blockLast();
        market.dispose();
    }
}
