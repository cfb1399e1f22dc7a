package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import java.util.List;

/**
 * The full queues of a socket that only receives, if its rule for them is to drop: everything is read as it comes, and of
 * each peer no more is kept than the rule says. By default nothing is kept here, and reading stops.
 */
public final class ReceiveOverflow {

    /** The same as is read ahead of a peer that is held back. */
    private static final long MAX_BYTES = 256 * 1024;

    private final Overflow rule;
    private final int maxMessages;
    private final DropListener drops;

    /**
     * Makes them, empty.
     *
     * @param type of the socket, for the error if it is no rule for receiving
     * @param maxMessages how many messages are kept of each peer
     */
    public ReceiveOverflow(SocketType type, Overflow rule, int maxMessages, DropListener drops) {
        this.rule = rule;
        this.maxMessages = rule == Overflow.LATEST ? 1 : maxMessages;
        this.drops = drops;
        if (rule == Overflow.FAIL || rule == Overflow.DISCONNECT) {
            throw new IllegalArgumentException(
                    type + " socket: expected a rule for receiving, but onFull(" + rule + ") is set");
        }
    }

    /** Something came: takes it in, unless it is to wait in the pipe. */
    public void fill(Pipe pipe) {
        if (rule == Overflow.WAIT) {
            return;
        }
        OverflowQueue queue = queueOf(pipe);
        if (pipe.reading.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Object item; (item = pipe.poll()) != null; ) {
                if (item instanceof Message message) {
                    put(pipe, queue, message);
                }
            }
            missed = pipe.reading.addAndGet(-missed);
        } while (missed != 0);
    }

    private static OverflowQueue queueOf(Pipe pipe) {
        OverflowQueue queue = pipe.overflow;
        if (queue == null) {
            synchronized (pipe) {
                queue = pipe.overflow == null ? new OverflowQueue() : pipe.overflow;
                pipe.overflow = queue;
            }
        }
        return queue;
    }

    private void put(Pipe pipe, OverflowQueue queue, Message message) {
        List<Message> dropped = queue.put(message, maxMessages, MAX_BYTES, rule == Overflow.DROP_NEWEST);
        drops.dropped(pipe, rule == Overflow.LATEST ? DropReason.REPLACED : DropReason.QUEUE_FULL, dropped);
    }
}
