package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.Iterator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Connects PUSH, and sends the same message for ever. */
final class Push {
    private final Settings settings;
    private final Message message;
    private volatile long sent;

    private Push(Settings settings) {
        this.settings = settings;
        this.message = Message.of(new byte[settings.size()]);
    }

    static void run(Settings settings) {
        Push push = new Push(settings);
        if (settings.countsAllocation()) {
            Thread watch = new Thread(push::watchAllocation, "allocation");
            watch.setDaemon(true);
            watch.start();
        }
        PushSocket socket = PushSocket.create(
                options -> settings.calling(options).sendHwm(settings.hwm()).reconnect(Duration.ofMillis(20)));
        socket.connectNow(settings.endpoint());
        switch (settings.text("api", "flux")) {
            case "flux" -> push.stream(socket).block();
            case "mono" -> push.oneByOne(socket);
            default -> throw new IllegalArgumentException("api is flux or mono");
        }
    }

    private Mono<Void> stream(PushSocket socket) {
        Flux<Message> endless = Flux.fromIterable(this::messages);
        boolean foreign = settings.text("thread", "loop").equals("foreign");
        return socket.send(foreign ? endless.subscribeOn(Schedulers.newSingle("messages")) : endless);
    }

    private Iterator<Message> messages() {
        boolean counts = settings.countsAllocation();
        return new Iterator<>() {
            private long count;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Message next() {
                if (counts) {
                    sent = ++count;
                }
                return message;
            }
        };
    }

    /** A plain thread that waits until each message is accepted. */
    private void oneByOne(PushSocket socket) {
        for (long count = 1; ; count++) {
            socket.send(message).block();
            sent = count;
        }
    }

    /** The sender has no window of its own, so it takes the receiver's by the clock. */
    private void watchAllocation() {
        try {
            while (sent == 0) {
                Thread.sleep(1);
            }
            Thread.sleep(settings.warm().toMillis());
            long allocated = Allocation.total();
            long before = sent;
            Thread.sleep(Math.max(0, settings.window().toMillis() - 100));
            Allocation.report("push", Allocation.total() - allocated, sent - before);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
