package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.util.Collections;
import java.util.Iterator;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;

/** What peers send: one message again and again, or messages on many topics. */
final class Payload {
    /** Enough different topics that no cache holds all that belongs to them; a power of two. */
    private static final int TOPICS = 4096;

    private Payload() {}

    /** A message of {@code parts} parts. */
    static Message message(Settings settings) {
        return Message.of(Collections.nCopies(settings.parts(), Bytes.wrap(settings.payload())));
    }

    /** The same message for ever; polled, for a sender that polls. */
    static Flux<Message> endless(Settings settings) {
        return cycle(message(settings));
    }

    /** The same, by one of many senders: the message begins with its number. */
    static Flux<Message> endless(Settings settings, int sender) {
        return cycle(Message.of(Collections.nCopies(settings.parts(), Bytes.wrap(settings.payload(sender)))));
    }

    /** A topic of {@code topics}, in the order of a scattered walk, before the parts of the message. */
    static Flux<Message> onTopics(Settings settings) {
        int topics = settings.topics();
        Bytes[] parts = message(settings).parts().toArray(Bytes[]::new);
        return cycle(IntStream.range(0, TOPICS)
                .map(i -> (int) (i * 2_654_435_761L % topics))
                .mapToObj(i -> withTopic(Settings.topic(i), parts))
                .toArray(Message[]::new));
    }

    private static Message withTopic(String topic, Bytes[] parts) {
        Bytes[] all = new Bytes[parts.length + 1];
        all[0] = Bytes.utf8(topic);
        System.arraycopy(parts, 0, all, 1, parts.length);
        return Message.of(all);
    }

    private static Flux<Message> cycle(Message... messages) {
        return Flux.fromIterable(() -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Message next() {
                return messages[next++ & (messages.length - 1)];
            }
        });
    }
}
