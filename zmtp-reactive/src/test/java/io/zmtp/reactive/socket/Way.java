package io.zmtp.reactive.socket;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.Disposable;

/** How a socket of ours meets one of another implementation. */
enum Way {
    WE_BIND_TCP,
    THEY_BIND_TCP,
    WE_BIND_IPC,
    THEY_BIND_IPC,
    WE_BIND_WS,
    THEY_BIND_WS;

    static Stream<Way> tcp() {
        return Stream.of(WE_BIND_TCP, THEY_BIND_TCP);
    }

    static Stream<Way> ws() {
        return Stream.of(WE_BIND_WS, THEY_BIND_WS);
    }

    /**
     * Has them meet.
     *
     * @param folder where an ipc socket may be
     * @param bind has theirs bind, and returns where
     * @param connect has theirs connect
     */
    void meet(ZmtpSocket ours, Path folder, Function<String, String> bind, Consumer<String> connect) {
        String endpoint = switch (this) {
            case WE_BIND_TCP, THEY_BIND_TCP -> "tcp://127.0.0.1:*";
            case WE_BIND_IPC, THEY_BIND_IPC -> "ipc://" + folder.resolve("socket");
            case WE_BIND_WS, THEY_BIND_WS -> "ws://127.0.0.1:*/path";
        };
        switch (this) {
            case WE_BIND_TCP, WE_BIND_IPC, WE_BIND_WS ->
                connect.accept(ours.bindNow(endpoint).toString());
            case THEY_BIND_TCP, THEY_BIND_IPC, THEY_BIND_WS -> ours.connectNow(bind.apply(endpoint));
        }
        Sockets.awaitPeers(ours, 1);
    }

    /**
     * Waits for a subscription of theirs.
     *
     * @param look has theirs look at its connections, which it does in its own calls only
     */
    static void awaitSubscriber(PublishingSocket ours, String topic, Runnable look) {
        Disposable waiting = ours.awaitSubscribers(topic, 1).subscribe();
        until(() -> {
            look.run();
            return waiting.isDisposed();
        });
    }

    /** Does something again until it has its effect, on this thread: their sockets are used from one. */
    static void until(BooleanSupplier done) {
        for (long end = System.nanoTime() + Sockets.TIMEOUT.toNanos(); !done.getAsBoolean(); ) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not done within " + Sockets.TIMEOUT);
            }
        }
    }
}
