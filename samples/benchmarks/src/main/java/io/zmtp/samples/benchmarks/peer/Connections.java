package io.zmtp.samples.benchmarks.peer;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/** Many connections that say one thing each, and then nothing. */
final class Connections {

    private Connections() {}

    /** Binds PULL and counts the connections by their messages. */
    static void serve(Settings settings) {
        int expected = settings.connections();
        AtomicLong began = new AtomicLong();
        AtomicLong come = new AtomicLong();
        PullSocket pull = PullSocket.create(options -> settings.serving(options)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .server(server -> server.maxConnections(2 * expected).maxHandshakes(4096)));
        pull.receive().subscribe(message -> {
            long now = System.nanoTime();
            began.compareAndSet(0, now);
            if (come.incrementAndGet() == expected) {
                heap();
                System.out.printf(Locale.ROOT, "RESULT n=%d s=%.6f%n", expected, (now - began.get()) / 1e9);
            }
        });
        pull.bindNow(settings.endpoint());
        warmUp(settings);
        heap();
        System.out.println("READY");
        pull.onClose().block();
    }

    /** Waits for a line, then has one PUSH connect many times, and sends one message by each connection. */
    static void open(Settings settings) {
        int count = settings.connections();
        Message message = Message.of(new byte[1]);
        PushSocket push = PushSocket.create(options -> settings.calling(options).reconnect(Duration.ofMillis(20)));
        warmUp(settings);
        heap();
        System.out.println("READY");
        new Scanner(System.in).nextLine();
        connect(push, settings.endpoint(), count, message);
        heap();
        push.onClose().block();
    }

    private static void connect(PushSocket push, String endpoint, int count, Message message) {
        Flux<Endpoint> connects = Flux.range(0, count).concatMap(number -> push.connect(endpoint));
        push.onPeer()
                .take(count)
                .concatMap(peer -> peer.send(message))
                .mergeWith(connects.thenMany(Flux.empty()))
                .blockLast();
    }

    /** Loads and compiles what a connection needs, so that this is not counted as memory of the first ones. */
    private static void warmUp(Settings settings) {
        PullSocket pull = PullSocket.create(settings::serving);
        PushSocket push = PushSocket.create(settings::calling);
        connect(push, pull.bindNow("tcp://127.0.0.1:*").toString(), 500, Message.of(new byte[1]));
        pull.receive().take(500).blockLast();
        push.close().then(pull.close()).block();
    }

    private static void heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        System.out.println("HEAP " + (runtime.totalMemory() - runtime.freeMemory()));
    }
}
