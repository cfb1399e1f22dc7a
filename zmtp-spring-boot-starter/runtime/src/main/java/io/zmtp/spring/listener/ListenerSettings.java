package io.zmtp.spring.listener;

import io.zmtp.spring.core.Observed;
import java.util.function.Function;
import org.springframework.util.MimeType;
import reactor.core.scheduler.Scheduler;

/**
 * What all listeners have in common. Made by the auto-configuration.
 *
 * @param autoStartup whether they start with the application
 * @param concurrency how many messages each handles at a time
 * @param contentType the media type of a socket's payloads, by its name
 * @param errorHandler for listeners that name none
 * @param blocking where methods run that may block
 * @param maxStreams how many streams the listeners of a socket answer with at a time
 * @param maxStreamsPerPeer how many streams one peer may have at a time
 * @param observed observes each message
 */
public record ListenerSettings(
        boolean autoStartup,
        int concurrency,
        Function<String, MimeType> contentType,
        ZmtpErrorHandler errorHandler,
        Scheduler blocking,
        int maxStreams,
        int maxStreamsPerPeer,
        Observed observed) {}
