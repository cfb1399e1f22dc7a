package io.zmtp.samples.benchmarks.peer;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.samples.benchmarks.measure.Latencies;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Many sockets in one process, on one event loop, so that nothing is shared while they count together. */
final class ManyPeers {
    private static final LoopResources LOOP = LoopResources.create("peers", 1, true);

    private ManyPeers() {}

    /** Binds PUSH, waits for {@code conns} peers, and sends to them in turn for ever. */
    static void spread(Settings settings) {
        PushSocket push =
                PushSocket.create(options -> serving(settings.serving(options).sendHwm(settings.hwm()), settings));
        push.bindNow(settings.endpoint());
        System.out.println("READY");
        push.onPeer().take(settings.connections()).blockLast();
        push.send(Payload.endless(settings)).block();
    }

    private static SocketOptions serving(SocketOptions options, Settings settings) {
        return options.option(ChannelOption.SO_BACKLOG, 4096)
                .server(server ->
                        server.maxConnections(2 * settings.connections()).maxHandshakes(4096));
    }

    /** {@code conns} PULLs connect. */
    static void pulls(Settings settings) {
        Window window = new Window(settings).among(settings.connections());
        for (int i = 0; i < settings.connections(); i++) {
            int peer = i;
            PullSocket pull = PullSocket.create(options -> calling(options.recvHwm(settings.hwm()), settings));
            pull.receive().subscribe(message -> window.countFor(peer));
            pull.connectNow(settings.endpoint());
        }
        Mono.never().block();
    }

    /** {@code conns} PUSHes connect, and each sends for ever. */
    static void pushes(Settings settings) {
        for (int i = 0; i < settings.connections(); i++) {
            PushSocket push = PushSocket.create(options -> calling(options.sendHwm(settings.hwm()), settings));
            push.connectNow(settings.endpoint());
            push.send(Payload.endless(settings, i)).subscribe();
        }
        Mono.never().block();
    }

    /** {@code conns} DEALERs, each with one request under way; measured when all have had a reply. */
    static void dealers(Settings settings) {
        Latencies latencies = new Latencies(settings);
        Message request = Payload.message(settings);
        int[] answered = new int[1];
        for (DealerSocket dealer : dealerSockets(settings)) {
            long[] asked = new long[1];
            dealer.receive().subscribe(reply -> {
                long now = System.nanoTime();
                if (answered[0] == settings.connections()) {
                    latencies.record(asked[0], now);
                } else if (++answered[0] == settings.connections()) {
                    latencies.restart();
                }
                asked[0] = System.nanoTime();
                dealer.send(request).subscribe();
            });
            dealer.connectNow(settings.endpoint());
            dealer.send(request).subscribe();
        }
        Mono.never().block();
    }

    /** {@code conns} DEALERs connect at once, and go on asking; measured until each has had its first reply. */
    static void firsts(Settings settings) {
        Message request = Payload.message(settings);
        List<DealerSocket> dealers = dealerSockets(settings);
        int[] answered = new int[1];
        System.out.println("START");
        long began = System.nanoTime();
        for (DealerSocket dealer : dealers) {
            boolean[] seen = new boolean[1];
            dealer.receive().subscribe(reply -> {
                if (!seen[0]) {
                    seen[0] = true;
                    if (++answered[0] == settings.connections()) {
                        System.out.printf(
                                Locale.ROOT, "RESULT n=%d s=%.6f%n", answered[0], (System.nanoTime() - began) / 1e9);
                    }
                }
                dealer.send(request).subscribe();
            });
            dealer.connect(settings.endpoint()).subscribe();
            dealer.send(request).subscribe();
        }
        Mono.never().block();
    }

    private static List<DealerSocket> dealerSockets(Settings settings) {
        return Stream.generate(() -> DealerSocket.create(options -> calling(options, settings)))
                .limit(settings.connections())
                .toList();
    }

    private static SocketOptions calling(SocketOptions options, Settings settings) {
        return settings.calling(options).reconnect(Duration.ofMillis(20)).runOn(LOOP);
    }
}
