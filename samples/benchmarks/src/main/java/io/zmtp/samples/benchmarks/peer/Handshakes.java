package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** So many DEALERs at a time: each connects, has one octet echoed, and closes. */
final class Handshakes {

    private final Settings settings;
    private final Message octet = Message.of(new byte[1]);

    private Handshakes(Settings settings) {
        this.settings = settings;
    }

    static void run(Settings settings) {
        Handshakes handshakes = new Handshakes(settings);
        Window window = new Window(settings, 1);
        Flux.range(0, settings.concurrency())
                .flatMap(lane -> handshakes.once().repeat(), Integer.MAX_VALUE)
                .publishOn(Schedulers.newSingle("count"))
                .doOnNext(done -> window.count())
                .blockLast();
    }

    private Mono<Message> once() {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> DealerSocket.create(options ->
                        settings.calling(options).linger(Duration.ZERO).reconnect(Duration.ofMillis(20)))),
                dealer -> dealer.connect(settings.endpoint())
                        .then(dealer.send(octet))
                        .then(dealer.receive().next()),
                DealerSocket::close);
    }
}
