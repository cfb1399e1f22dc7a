package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.lang.management.ManagementFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Publishes with a history, and subscribes to that. The replay is at the next port. */
final class Replay {

    /** What a subscriber that comes late catches up on. */
    private static final int PAST = 1_000_000;

    private Replay() {}

    /** Waits for a subscriber, as without one nothing holds it back, and then publishes for ever. */
    static void publish(Settings settings) {
        ReplayPublisher publisher = bind(settings);
        System.out.println("READY");
        publisher.publication().awaitSubscribers("", 1).block();
        publisher
                .send(Payload.endless(settings).subscribeOn(Schedulers.newSingle("messages")))
                .block();
    }

    /** Has published a million messages, and waits for who asks for them. */
    static void past(Settings settings) {
        ReplayPublisher publisher = bind(settings);
        publisher.send(Payload.endless(settings).take(PAST)).block();
        System.out.println("READY");
        Mono.never().block();
    }

    /** Keeps a million messages, and prints what they take on the heap: all of them, and each beside its own octets. */
    static void keep(Settings settings) {
        long before = heap();
        ReplayPublisher publisher = create(settings);
        publisher.send(Payload.endless(settings).take(PAST)).block();
        long taken = heap() - before;
        long kept = publisher.next() - publisher.oldest();
        long octets = kept * settings.parts() * settings.size();
        System.out.printf(
                "KEPT n=%d octets=%d heap=%d beside=%.1f%n", kept, octets, taken, (double) (taken - octets) / kept);
        publisher.dispose();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static ReplayPublisher bind(Settings settings) {
        ReplayPublisher publisher = create(settings);
        publisher.bindNow(settings.endpoint(), replay(settings));
        return publisher;
    }

    private static ReplayPublisher create(Settings settings) {
        return ReplayPublisher.create(options -> options.messages(PAST)
                .bytes(1L << 29)
                .publication(socket ->
                        settings.serving(socket).sendHwm(settings.hwm()).noDrop(settings.waits())));
    }

    private static String replay(Settings settings) {
        return "tcp://127.0.0.1:" + (settings.port() + 1);
    }

    /** Counts what is published. */
    static void receive(Settings settings) {
        count(settings, subscriber(settings, Start.now()).receive());
    }

    /** Catches up on the million messages, again and again, and counts them. */
    static void catchUp(Settings settings) {
        count(
                settings,
                subscriber(settings, Start.oldest()).receive().take(PAST).repeat());
    }

    private static ReplaySubscriber subscriber(Settings settings, Start from) {
        return ReplaySubscriber.create(options -> options.from(from)
                        .buffer(settings.hwm())
                        .publication(settings::calling)
                        .replay(settings::calling))
                .connect(settings.endpoint(), replay(settings));
    }

    private static void count(Settings settings, Flux<Message> messages) {
        int parts = settings.parts(); // looked up once: it is parsed each time
        int size = settings.size();
        Window window = new Window(settings);
        messages.doOnNext(message -> {
                    if (message.size() != parts || message.last().size() != size) {
                        System.err.println("expected " + parts + " parts of " + size + " octets, but got " + message);
                        System.exit(1);
                    }
                    window.count();
                })
                .blockLast();
    }
}
