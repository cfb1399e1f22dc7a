package io.zmtp.samples.benchmarks.peer;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.samples.benchmarks.measure.Settings;

/** Binds ROUTER, and sends back what comes, each message to the peer that it is from. */
final class Echo {

    private Echo() {}

    static void run(Settings settings) {
        RouterSocket router = RouterSocket.create(options -> settings.serving(options)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .server(server -> server.maxHandshakes(4096)));
        router.send(router.receive()).subscribe();
        if (settings.watchesTurns()) {
            Turns.watch();
        }
        router.bindNow(settings.endpoint());
        System.out.println("READY");
        router.onClose().block();
    }
}
