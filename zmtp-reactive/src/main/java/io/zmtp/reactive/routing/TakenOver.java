package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import org.jspecify.annotations.Nullable;

/** What became of a message that was handed out, and the connection to report that to; not the message itself. Any thread. */
final class TakenOver {

    final long digest;

    /** Where it is remembered; null if it is not. */
    private final @Nullable Memory memory;

    /** By which connection its sender hears of it: that of the last copy that came; null for none. */
    private @Nullable Presence sender;

    /** What is said of it; null while the application works on it. */
    private @Nullable Bytes answer;

    /** Since when it is over; guarded by the memory. */
    long since;

    TakenOver(long digest, @Nullable Presence sender, @Nullable Memory memory) {
        this.digest = digest;
        this.sender = sender;
        this.memory = memory;
    }

    /** The work is done; false if it was over. */
    boolean done() {
        return end(frame(Kind.COMP));
    }

    /** It was handed out, which is all that is promised. */
    void taken() {
        end(frame(Kind.ACK));
    }

    private Bytes frame(Kind kind) {
        byte[] frame = new byte[Acknowledgement.MAX_FRAME];
        return Bytes.copyOf(frame, 0, Acknowledgement.write(kind, digest, frame, 0));
    }

    /** The work has failed; false if it was over. */
    boolean fail(int code, String text) {
        return end(Acknowledgement.nack(digest, code, text));
    }

    private boolean end(Bytes said) {
        Presence to;
        synchronized (this) {
            if (answer != null) {
                return false;
            }
            answer = said;
            to = sender;
        }
        if (memory != null) {
            memory.over(this); // before the peer hears of it, which may then say that this is to be forgotten
        }
        tell(to, said);
        return true;
    }

    synchronized boolean isOver() {
        return answer != null;
    }

    /** Another copy has come: its connection hears what became of it, now or later. */
    void repeated(@Nullable Presence by) {
        Bytes said;
        synchronized (this) {
            sender = by == null ? sender : by;
            said = answer;
        }
        if (said != null) {
            tell(by, said);
        }
    }

    private static void tell(@Nullable Presence to, Bytes said) {
        if (to != null) {
            to.commands().write(said.toByteArray(), said.size());
        }
    }
}
