package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A message that was handed out, what became of it, and the connection to report that to. Any thread. */
final class TakenOver implements Work {

    private final Message message;
    private final long digest;

    /** By which connection its sender hears of it: that of the last copy that came; null for none. */
    private @Nullable Presence sender;

    /** What is said of it; null while the application works on it. */
    private @Nullable Bytes answer;

    private @Nullable Disposable timer;

    /** Since when it is remembered; guarded by the memory. */
    long since;

    TakenOver(Message message, long digest, @Nullable Presence sender) {
        this.message = message;
        this.digest = digest;
        this.sender = sender;
    }

    /** Fails it when a timer has run out. */
    synchronized void limit(Disposable running) {
        if (answer == null) {
            timer = running;
        } else {
            running.dispose();
        }
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public void done() {
        end(frame(Kind.COMP));
    }

    /** It was handed out, which is all that is promised. */
    void taken() {
        end(frame(Kind.ACK));
    }

    private Bytes frame(Kind kind) {
        byte[] frame = new byte[Acknowledgement.MAX_FRAME];
        return Bytes.copyOf(frame, 0, Acknowledgement.write(kind, digest, frame, 0));
    }

    @Override
    public void fail(int code, String text) {
        Objects.requireNonNull(text, "text");
        if (code < 0 || code > 0xff) {
            throw new IllegalArgumentException("code: expected 0 to 255, but it is " + code);
        }
        end(Acknowledgement.nack(digest, code, text));
    }

    /** It took too long. */
    void expire(String limit) {
        fail(ZmtpNackException.TIMEOUT, "it was not done within " + limit);
    }

    private void end(Bytes said) {
        Presence to;
        synchronized (this) {
            if (answer != null) {
                return;
            }
            answer = said;
            to = sender;
            if (timer != null) {
                timer.dispose();
            }
        }
        tell(to, said);
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

    /** Without the content of the message, for logs. */
    @Override
    public synchronized String toString() {
        return "Work[message of " + message.size() + " parts, " + (answer == null ? "to be done" : "over") + "]";
    }
}
