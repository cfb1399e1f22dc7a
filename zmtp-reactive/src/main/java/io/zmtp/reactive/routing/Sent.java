package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import org.jspecify.annotations.Nullable;

/** A message on its way, from when a pipe accepts it until it is acknowledged. Guarded by the lock of the rule that sends. */
final class Sent {

    final Message message;
    final long digest;

    /** Its octets on the wire. */
    final long size;

    /** When it has waited too long; 0 for never. */
    final long deadline;

    /** Who wants to know what becomes of it; null for nobody. */
    final @Nullable PendingDelivery delivery;

    /** What the pipe has: the message, perhaps with the age that is left to it. */
    Message offered;

    /** When it was written, in nanoseconds; 0 while it is not. */
    long writtenAt;

    // Its neighbours in a ledger, in the order of sending.
    @Nullable
    Sent before;

    @Nullable
    Sent next;

    Sent(Message message, long digest, long size, long deadline, @Nullable PendingDelivery delivery) {
        this.message = message;
        this.offered = message;
        this.digest = digest;
        this.size = size;
        this.deadline = deadline;
        this.delivery = delivery;
    }
}
