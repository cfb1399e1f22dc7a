package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Update;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a listener calls. */
interface ListenerTarget {

    /** The type of the elements, if it takes the stream itself; else null. */
    default @Nullable ResolvableType streamOf() {
        return null;
    }

    /** Calls what takes the stream itself: of messages, or of what {@link #streamOf} says if a source has that. */
    default Mono<Void> stream(Flux<?> elements) {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether it is for what a publication says.
     *
     * @param update null for a message that was not published with a number
     */
    default boolean takes(@Nullable Update update) {
        return !(update instanceof Gap);
    }

    /** Whether it is for gaps, and nothing else. */
    default boolean isForGaps() {
        return false;
    }

    /** Whether gaps have an effect on it. */
    default boolean takesGaps() {
        return false;
    }

    /** Whether what it returns can be a reply. */
    default boolean replies() {
        return false;
    }

    /** Whether the application may reply to a call by other means, perhaps later: that it has ended is no reply then. */
    default boolean mayReplyLater() {
        return false;
    }

    /** Whether it is to be called where it may block. */
    default boolean blocks() {
        return false;
    }

    /**
     * Calls it for one message, on the thread of the caller.
     *
     * @param stay asked when the call begins, and notified when it has returned, if that may take a while
     * @return the replies; null if there are none and all is done
     * @throws Throwable what the application throws
     */
    @Nullable
    Flux<Message> handle(Incoming incoming, SocketType type, Map<String, String> variables, Work.Stay stay)
            throws Throwable;

    /** A payload as a reply. */
    Message reply(Incoming incoming, Object payload);
}
