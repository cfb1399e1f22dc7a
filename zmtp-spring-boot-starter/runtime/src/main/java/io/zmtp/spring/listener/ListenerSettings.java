package io.zmtp.spring.listener;

import io.zmtp.spring.core.Observed;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MimeType;
import reactor.core.scheduler.Scheduler;

/**
 * What all listeners have in common. Made by the auto-configuration.
 *
 * @param autoStartup whether they start with the application
 * @param concurrency how many messages each handles at a time; null for {@link #MANY} where a method replies, else 1
 * @param timeout how long each may take for a message; null for any time
 * @param maxWaiting how many messages may wait for each listener that has others beside it
 * @param maxWaitingPerPeer how many of them may be calls of one peer
 * @param contentType the media type of a socket's payloads, by its name
 * @param errorHandler for listeners that name none
 * @param blocking where methods run that may block
 * @param blockingAtATime how many messages such a method handles at a time, if it replies and nothing else is said
 * @param maxStreams how many streams the listeners of a socket answer with at a time
 * @param maxStreamsPerPeer how many streams one peer may have at a time
 * @param observed observes each message
 */
public record ListenerSettings(
        boolean autoStartup,
        @Nullable Integer concurrency,
        @Nullable Duration timeout,
        int maxWaiting,
        int maxWaitingPerPeer,
        Function<String, MimeType> contentType,
        ZmtpErrorHandler errorHandler,
        Scheduler blocking,
        int blockingAtATime,
        int maxStreams,
        int maxStreamsPerPeer,
        Observed observed) {

    /** How many messages a method that replies handles at a time, unless it blocks a thread that is not virtual. */
    public static final int MANY = 256;
}
