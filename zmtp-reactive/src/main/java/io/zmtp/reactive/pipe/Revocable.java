package io.zmtp.reactive.pipe;

import org.reactivestreams.Subscription;

/** A subscription that can be cancelled and says whether that came in time. Internal: for threads that wait. */
public interface Revocable extends Subscription {

    /**
     * Cancels.
     *
     * @return false if it is decided already what the subscriber gets: then that is there, or comes at once, from another
     *     thread; true if it gets nothing more, and nothing was taken or sent for it
     */
    boolean revoke();
}
