package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Binds PUB, and publishes the same message for ever. */
final class Publish {

    private Publish() {}

    static void run(Settings settings) {
        Message message = Message.of(new byte[settings.size()]);
        PubSocket pub = PubSocket.create(options -> {
            var serving = settings.serving(options).sendHwm(settings.hwm());
            return settings.waits() ? serving.noDrop() : serving;
        });
        pub.bindNow(settings.endpoint());
        System.out.println("READY");
        pub.send(Flux.fromStream(Stream.generate(() -> message)).subscribeOn(Schedulers.newSingle("messages")))
                .block();
    }
}
