package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import java.util.List;

/** Topics that peers send, against patterns of all kinds: an answer, soon, and only for what was subscribed to. */
public final class TopicFuzz {
    private static final List<Topic> PATTERNS = List.of(
            new Topic("md."),
            new Topic(""),
            new Topic("md.*"),
            new Topic("md.**"),
            new Topic("**.trade"),
            new Topic("a?c.*.x*"),
            new Topic("quote.{symbol}"),
            new Topic("{a}-{b}.{c}"),
            new Topic("order.{id:[0-9]+}.{rest}"));

    private TopicFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Bytes topic = Bytes.wrap(data);
        for (Topic pattern : PATTERNS) {
            if (pattern.match(topic) != null && !topic.startsWith(Bytes.utf8(pattern.prefix()))) {
                throw new AssertionError(pattern + " takes a topic that it did not subscribe to");
            }
        }
    }
}
