package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** One SUB with many prefixes, and the XPUB that is sent them. */
final class Filters {
    private static final int MAX_FILTERS = 5_000_000;

    private Filters() {}

    /**
     * Connects SUB to {@code topics} topics, and counts what it gets. {@code api=plain} subscribes, and receives
     * everything by one {@code Flux}; {@code one} receives all topics by one {@code receive(prefixes)}; {@code many}
     * has a {@code receive(prefix)} for each.
     */
    static void receive(Settings settings) {
        Window window = new Window(settings);
        SubSocket sub = SubSocket.create(options -> options.recvHwm(settings.hwm()));
        String[] topics = topics(settings);
        switch (settings.text("api", "many")) {
            case "plain" -> {
                for (String topic : topics) {
                    sub.subscribe(topic);
                }
                sub.receive().subscribe(message -> window.count());
            }
            case "one" -> {
                String[] more = Arrays.copyOfRange(topics, 1, topics.length);
                sub.receive(topics[0], more).subscribe(message -> window.count());
            }
            case "many" -> {
                for (String topic : topics) {
                    sub.receive(topic).subscribe(message -> window.count());
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "api: expected plain, one or many, but it is " + settings.text("api", ""));
        }
        sub.connectNow(settings.endpoint());
        Mono.never().block();
    }

    /** Subscribes SUB to {@code topics} topics, reports how long the calls took, connects, and connects again. */
    static void subscribe(Settings settings) {
        SubSocket sub = SubSocket.create(options -> options.reconnect(Duration.ofMillis(20)));
        sub.receive().subscribe();
        String[] topics = topics(settings);
        long began = System.nanoTime();
        for (String topic : topics) {
            sub.subscribe(topic);
        }
        System.out.printf(Locale.ROOT, "SUBSCRIBED n=%d s=%.6f%n", topics.length, (System.nanoTime() - began) / 1e9);
        sub.connectNow(settings.endpoint());
        Mono.never().block();
    }

    /** Binds XPUB, and reports how long after the first notice the last of {@code topics} came. */
    static void notices(Settings settings) {
        XPubSocket xpub = XPubSocket.create(options -> options.maxSubscriptions(MAX_FILTERS));
        AtomicLong began = new AtomicLong();
        AtomicLong count = new AtomicLong();
        xpub.receive().subscribe((Message notice) -> {
            long now = System.nanoTime();
            began.compareAndSet(0, now);
            if (count.incrementAndGet() == settings.topics()) {
                System.out.printf(Locale.ROOT, "RESULT n=%d s=%.6f%n", count.get(), (now - began.get()) / 1e9);
            }
        });
        xpub.bindNow(settings.endpoint());
        System.out.println("READY");
        xpub.onClose().block();
    }

    private static String[] topics(Settings settings) {
        return IntStream.range(0, settings.topics()).mapToObj(Settings::topic).toArray(String[]::new);
    }
}
