package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import org.jspecify.annotations.Nullable;

/** Two pipes of this process that are joined, until one side ends it: what a connection is to other transports. */
public final class InprocLink {

    private final InprocPipe connecting;
    private final InprocPipe binding;
    private final Peer connector;
    private final Peer binder;
    private boolean joined;
    private boolean ended;

    /** An end that came before both sides had reported the beginning. */
    private @Nullable Runnable early;

    /**
     * Makes one, not joined yet.
     *
     * @param binding a new pipe, not started yet
     */
    public InprocLink(InprocPipe connecting, InprocPipe binding) {
        this.connecting = connecting;
        this.binding = binding;
        this.connector = connecting.self();
        this.binder = binding.self();
    }

    /** Has each side take what the other one sends, and reports that to both. */
    public void join() {
        connecting.begin(this);
        binding.begin(this);
        Runnable there = connecting.out.attach(binding, binding.readAhead());
        Runnable back = binding.out.attach(connecting, connecting.readAhead());
        // Nothing has come from the binding side yet, and what has come to it is held back until it is started.
        connecting.opened(binder, binding);
        binding.opened(connector, connecting);
        Runnable over;
        synchronized (this) {
            joined = true;
            over = early;
        }
        if (over != null) {
            over.run();
        }
        binding.start();
        connecting.readable();
        binding.readable();
        there.run();
        back.run();
    }

    InprocPipe other(InprocPipe one) {
        return one == connecting ? binding : connecting;
    }

    /** Who is at the other side. */
    Peer peerOf(InprocPipe one) {
        return one == connecting ? binder : connector;
    }

    /** Ends it by the will of one side. */
    void end(InprocPipe by) {
        end(by, Closed.Reason.LOCAL, null, null, false);
    }

    /** As {@link #end(InprocPipe)}; what the other side sent, and counts as written, can still be read too. */
    void giveWay(InprocPipe by) {
        end(by, Closed.Reason.LOCAL, null, null, true);
    }

    /** Ends it, as one side takes no such message, which is lost. */
    void refuse(InprocPipe by, Throwable cause, Message refused) {
        end(by, Closed.Reason.TOO_LARGE, cause, refused, false);
    }

    /**
     * Ends it, once. What the one who ends it sent, and counts as written, can still be read; what it has not read
     * itself stays with the other, who sends it to the next one.
     *
     * @param refused what is lost
     * @param reads whether the one who ends it keeps what it has not read
     */
    private void end(
            InprocPipe by, Closed.Reason reason, @Nullable Throwable cause, @Nullable Message refused, boolean reads) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            if (!joined) {
                early = () -> endNow(by, reason, cause, refused, reads);
                return;
            }
        }
        endNow(by, reason, cause, refused, reads);
    }

    private void endNow(
            InprocPipe by, Closed.Reason reason, @Nullable Throwable cause, @Nullable Message refused, boolean reads) {
        InprocPipe other = other(by);
        other.keep(by.out.detach(true), peerOf(other));
        by.keep(other.out.detach(reads), peerOf(by));
        by.closed(new Closed(reason, cause, 0, 0));
        other.closed(
                new Closed(Closed.Reason.PEER, null, refused == null ? 0 : 1, refused == null ? 0 : refused.bytes()));
        other.readable();
        by.readable();
        binding.unlinked();
        connecting.unlinked();
    }
}
