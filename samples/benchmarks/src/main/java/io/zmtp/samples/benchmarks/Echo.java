package io.zmtp.samples.benchmarks;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.socket.RouterSocket;

/** Binds ROUTER, and sends back what comes. */
final class Echo {

    private Echo() {}

    static void run(Settings settings) {
        RouterSocket router =
                RouterSocket.create(options -> settings.serving(options).option(ChannelOption.SO_BACKLOG, 1024));
        router.send(router.receive()).subscribe();
        if (settings.watchesTurns()) {
            Turns.watch();
        }
        router.bindNow(settings.endpoint());
        System.out.println("READY");
        router.onClose().block();
    }
}
