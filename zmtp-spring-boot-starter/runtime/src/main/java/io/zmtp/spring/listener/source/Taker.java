package io.zmtp.spring.listener.source;

import io.zmtp.reactive.Message;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/** Takes messages, as many as it asks for. */
public interface Taker {

    /** From now on they come from here; null for nowhere. */
    void takesFrom(@Nullable Subscription next);

    /**
     * Takes one.
     *
     * @param arrival null where there is nothing beside the message
     */
    void take(Message message, @Nullable Arrival arrival);
}
