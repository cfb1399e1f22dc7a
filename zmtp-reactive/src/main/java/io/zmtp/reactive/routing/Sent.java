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

    /** What reports to the application what becomes of it; null for nothing. */
    final @Nullable PendingDelivery delivery;

    /** What the pipe has: the message, perhaps with the age that is left to it. */
    Message offered;

    /** When it was written, in nanoseconds; 0 while it is not. */
    long writtenAt;

    /** Its place among all that was sent to its peer: what is said of it shows that the peer has read what was sent before. */
    long order;

    /** Whether a connection has had it, so that no other peer may get it where it must not come twice. */
    boolean isPinned;

    /** How often a peer has failed to do the work. */
    int failures;

    /** The ledger that counts it while it waits for its next attempt; null while it does not. */
    @Nullable
    Ledger waitsIn;

    /** Whether it only keeps the place of one that is acknowledged already, until its pipe has counted that as written. */
    boolean isPlace;

    // Its neighbours in a ledger, in the order of sending.
    @Nullable
    Sent before;

    @Nullable
    Sent next;

    /** What keeps the place of one that was acknowledged. */
    static Sent place(Sent acknowledged) {
        Sent place = new Sent(acknowledged.offered, acknowledged.digest, 0, 0, null);
        place.isPlace = true;
        return place;
    }

    Sent(Message message, long digest, long size, long deadline, @Nullable PendingDelivery delivery) {
        this.message = message;
        this.offered = message;
        this.digest = digest;
        this.size = size;
        this.deadline = deadline;
        this.delivery = delivery;
    }
}
