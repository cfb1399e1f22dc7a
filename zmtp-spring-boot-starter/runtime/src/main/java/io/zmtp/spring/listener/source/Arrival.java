package io.zmtp.spring.listener.source;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.Update;
import org.jspecify.annotations.Nullable;

/** What is beside a message on its way to a listener, where its source knows more of it, or learns what became of it. */
public interface Arrival {

    /** {@return what its publication says of it; null if it was not published with a number} */
    default @Nullable Update update() {
        return null;
    }

    /** A reply was made that the source sends itself. */
    default void reply(Message made) {}

    /** Its listener failed, or there is none. {@link #end} follows. */
    default void failed(Throwable failure) {}

    /** Nothing more becomes of it. */
    default void end() {}

    /** Its listener was not waited for. */
    default void giveUp() {
        end();
    }
}
