package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.samples.benchmarks.measure.Allocation;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Connects PUSH, and sends the same message for ever. */
final class Push {
    private final Settings settings;
    private final Message message;
    private volatile long sent;

    private Push(Settings settings) {
        this.settings = settings;
        this.message = Payload.message(settings);
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
        System.out.println("READY");
        push.send(socket);
    }

    private void send(PushSocket socket) {
        switch (settings.text("api", "flux")) {
            case "flux" -> socket.send(messages()).block();
            case "mono" -> oneByOne(socket);
            case "flatMap" -> messages().flatMap(socket::send).blockLast();
            case "sink" -> bySink(socket);
            default ->
                throw new IllegalArgumentException(
                        "api: expected flux, mono, flatMap or sink, but it is " + settings.text("api", ""));
        }
    }

    private Flux<Message> messages() {
        Flux<Message> endless = settings.countsAllocation() ? counted() : Payload.endless(settings);
        boolean foreign = settings.text("thread", "loop").equals("foreign");
        return foreign ? endless.subscribeOn(Schedulers.newSingle("messages")) : endless;
    }

    private Flux<Message> counted() {
        return Flux.fromIterable(() -> new Iterator<>() {
            private long count;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Message next() {
                sent = ++count;
                return message;
            }
        });
    }

    /** Plain threads that wait until each message is accepted. */
    private void oneByOne(PushSocket socket) {
        for (int i = 1; i < settings.threads(); i++) {
            new Thread(() -> sendForEver(socket, false), "sender-" + i).start();
        }
        sendForEver(socket, settings.countsAllocation());
    }

    private void sendForEver(PushSocket socket, boolean counts) {
        for (long count = 1; ; count++) {
            socket.send(message).block();
            if (counts) {
                sent = count;
            }
        }
    }

    /** A hot source: this thread emits into a sink, and waits while the sink's queue is full. */
    private void bySink(PushSocket socket) {
        Sinks.Many<Message> sink = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(1024));
        socket.send(sink.asFlux()).subscribe();
        for (; ; ) {
            while (sink.tryEmitNext(message).isFailure()) {
                Thread.onSpinWait();
            }
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
