package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import reactor.core.publisher.Mono;

/** Binds REP, and echoes. */
final class Reply {

    private Reply() {}

    static void run(Settings settings) {
        RepSocket rep = RepSocket.create(settings::serving);
        rep.serve(Mono::just).subscribe();
        rep.bindNow(settings.endpoint());
        System.out.println("READY");
        rep.onClose().block();
    }
}
