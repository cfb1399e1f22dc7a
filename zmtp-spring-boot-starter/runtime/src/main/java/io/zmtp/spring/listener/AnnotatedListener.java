package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Update;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listener method, or another target, with the attributes of its annotation, resolved.
 *
 * @param concurrency how many messages it handles at a time
 * @param keepsOrder whether messages with equal envelopes are handled one after another
 * @param timeout how long it may take; null for any time
 */
record AnnotatedListener(
        String id,
        String socket,
        List<Topic> topics,
        int concurrency,
        boolean keepsOrder,
        @Nullable Duration timeout,
        boolean autoStartup,
        ZmtpErrorHandler errorHandler,
        ListenerTarget method) {

    /** The variables of a topic, perhaps none; null if no topic of this listener matches. A gap has no topic. */
    @Nullable
    Map<String, String> match(@Nullable Update update, @Nullable Bytes topic) {
        if (topics.isEmpty() || update instanceof Gap) {
            return Map.of();
        }
        if (topic != null) {
            for (Topic wanted : topics) {
                Map<String, String> variables = wanted.match(topic);
                if (variables != null) {
                    return variables;
                }
            }
        }
        return null;
    }
}
