package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Binds PUB, and publishes for ever: one message, or messages on many topics. */
final class Publish {
    private static final int MAX_FILTERS = 5_000_000;

    private Publish() {}

    /** Publishes at once; the subscribers count. */
    static void run(Settings settings) {
        PubSocket pub = bind(settings);
        publish(pub, messages(settings));
    }

    /** Waits for {@code subs} subscribers, and then counts what it publishes, delivered or dropped. */
    static void offer(Settings settings) {
        PubSocket pub = bind(settings);
        String last = settings.topics() == 0 ? "" : Settings.topic(settings.topics() - 1);
        pub.awaitSubscribers(last, settings.subscribers()).block();
        Window window = new Window(settings);
        publish(pub, messages(settings).doOnNext(message -> window.count()));
    }

    private static PubSocket bind(Settings settings) {
        PubSocket pub = PubSocket.create(options -> {
            var serving = settings.serving(options).sendHwm(settings.hwm()).maxSubscriptions(MAX_FILTERS);
            return settings.waits() ? serving.noDrop() : serving;
        });
        pub.bindNow(settings.endpoint());
        System.out.println("READY");
        return pub;
    }

    private static Flux<Message> messages(Settings settings) {
        return settings.topics() == 0 ? Payload.endless(settings) : Payload.onTopics(settings);
    }

    private static void publish(PubSocket pub, Flux<Message> messages) {
        pub.send(messages.subscribeOn(Schedulers.newSingle("messages"))).block();
    }
}
