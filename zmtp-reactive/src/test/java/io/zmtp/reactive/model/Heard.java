package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.wire.Subscription;
import java.util.HashMap;
import java.util.Map;

/** The subscriptions that one XPUB has received, and their ends. Thread safe. */
final class Heard {

    /** Which of them it receives. */
    enum Mode {
        CHANGES,
        VERBOSE,
        VERBOSER,
        MANUAL;

        SocketOptions set(SocketOptions options) {
            return switch (this) {
                case CHANGES -> options;
                case VERBOSE -> options.verbose();
                case VERBOSER -> options.verboser();
                case MANUAL -> options.manual();
            };
        }
    }

    private final XPubSocket socket;
    private final Mode mode;
    private final Map<Bytes, Integer> subscribed = new HashMap<>();

    /** Whether some came beside others, so that nobody knows which was first. */
    private boolean mixed;

    Heard(XPubSocket socket, Mode mode) {
        this.socket = socket;
        this.mode = mode;
    }

    /** What says that a subscription begins, or ends. */
    static Message notice(Bytes prefix, boolean ends) {
        return Message.of(Subscription.body(prefix, ends));
    }

    static boolean isNotice(Message message) {
        return Subscription.parse(message).isPresent();
    }

    /**
     * Takes a notice down, and answers what is wrong with it.
     *
     * @param late whether its subscriber had cancelled before
     */
    synchronized String hear(Message notice, boolean late) {
        Subscription said = Subscription.parse(notice).orElseThrow();
        mixed |= late;
        Bytes prefix = said.prefix();
        int count = said.isCancel() && mode == Mode.VERBOSE
                ? 0 // it is the last one's
                : subscribed.getOrDefault(prefix, 0) + (said.isCancel() ? -1 : 1);
        subscribed.put(prefix, count);
        if (mode == Mode.MANUAL && said.isCancel()) {
            socket.unsubscribe(notice, prefix);
        } else if (mode == Mode.MANUAL) {
            socket.subscribe(notice, prefix);
        }
        boolean wrong = !mixed && (count < 0 || (mode == Mode.CHANGES && count > 1));
        return wrong ? "is to have " + count + " subscriptions to " + prefix + " (" + mode + ")" : "";
    }

    /** Whether what it knows of a prefix is what so many peers are subscribed to. */
    synchronized boolean knows(Bytes prefix, int peers) {
        int count = subscribed.getOrDefault(prefix, 0);
        return switch (mode) {
            case CHANGES -> count == Math.min(1, peers);
            case VERBOSE -> mixed || count > 0 == peers > 0;
            case VERBOSER, MANUAL -> count == peers;
        };
    }

    @Override
    public synchronized String toString() {
        return mode + " " + subscribed;
    }
}
