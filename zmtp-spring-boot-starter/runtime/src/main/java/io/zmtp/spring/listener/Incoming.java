package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.Update;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.StreamFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message taken apart: the envelope, which goes back with a reply; the topic, if there is one; the payload.
 *
 * <pre>
 * ROUTER             id [more ids, empty] [topic] … payload
 * SERVER, PEER       id                             payload
 * DEALER             [ids, empty]         [topic] … payload
 * SUB, XSUB, DISH                          topic  … payload    of one part: both are that part
 * others                                  [topic] … payload
 * </pre>
 *
 * @param message the whole, without the part that carried its trace
 * @param envelope how many parts the envelope has
 * @param trace what that part said; empty for none
 * @param update what its publication says of it, perhaps that there is a gap in the place of a message; null if it was not
 *     published with a number
 * @since 0.1
 */
public record Incoming(
        Message message,
        int envelope,
        Map<String, String> trace,
        @Nullable Update update) {

    /**
     * Takes a message apart.
     *
     * @param type of the socket that received it
     * @param message without the part that carried its trace
     */
    public static Incoming of(SocketType type, Message message, Map<String, String> trace) {
        int envelope = switch (type) {
            case ROUTER -> delimited(message, 1);
            case DEALER -> delimited(message, 0);
            case SERVER, PEER -> 1;
            default -> 0;
        };
        return new Incoming(message, Math.min(envelope, message.size() - 1), trace, null);
    }

    Incoming with(@Nullable Update known) {
        return known == null ? this : new Incoming(message, envelope, trace, known);
    }

    /** Up to the first empty part, if there is one with something behind it. */
    private static int delimited(Message message, int least) {
        for (int i = least; i < message.size() - 1; i++) {
            if (message.part(i).isEmpty()) {
                return i + 1;
            }
        }
        return least;
    }

    /** {@return the last part} */
    public Bytes payload() {
        return message.last();
    }

    /** {@return the topic; null if there is none} */
    public @Nullable Bytes topic(SocketType type) {
        boolean published = type == SocketType.SUB || type == SocketType.XSUB || type == SocketType.DISH;
        return published || message.size() - envelope > 1 ? message.part(envelope) : null;
    }

    /** The envelope without the routing id of the peer, if the message is of a stream, else null. */
    @Nullable
    List<Bytes> stream() {
        List<Bytes> all = message.parts().subList(0, envelope);
        int last = envelope - 2; // before the empty part
        return last >= 1 && StreamFrame.isStream(all.get(last)) ? List.copyOf(all.subList(1, envelope)) : null;
    }

    /** Whether its sender waits for a reply whatever the method returns: it has the form of a request. */
    boolean isCall(SocketType type) {
        if (type == SocketType.REP || isMarked()) {
            return true;
        }
        if (type != SocketType.ROUTER
                || envelope < 2
                || !message.part(envelope - 1).isEmpty()) {
            return false;
        }
        SocketType from = message.peer().map(Peer::socketType).orElse(SocketType.ROUTER);
        return from == SocketType.REQ || (from == SocketType.DEALER && message.size() - envelope > 1);
    }

    /** Whether its id is that of a call of this starter's. */
    boolean isMarked() {
        return envelope > 1 && CallFrame.isCall(message.part(envelope - 2));
    }

    /** The id behind the routing id of the peer; empty if there is none. */
    Bytes id() {
        return envelope > 2 ? message.part(envelope - 2) : Bytes.EMPTY;
    }

    /** Whether no proxy lies between. */
    boolean isDirect() {
        return envelope == 3;
    }

    /** Whether it can be distinguished from all others of its peer, and so be given up, also when the peer goes. */
    boolean canBeGivenUp() {
        return isMarked() || message.peer().map(Peer::socketType).orElse(null) == SocketType.REQ;
    }

    /** Whether it gives up a call. */
    boolean isCancel() {
        return message.size() == envelope + 2 && message.part(envelope).equals(CallFrame.CANCEL);
    }

    /** The reply that is nothing. */
    Message nothing() {
        return reply(Message.of(isMarked() ? CallFrame.NOTHING : Bytes.EMPTY));
    }

    /** The reply that is a failure. */
    Message failure(String code, String text) {
        return reply(Message.of(CallFrame.failure(code, text)));
    }

    /** {@return the reply, addressed as the message was} */
    public Message reply(Message body) {
        if (envelope == 0) {
            return body;
        }
        List<Bytes> parts = new ArrayList<>(message.parts().subList(0, envelope));
        parts.addAll(body.parts());
        return Message.of(parts);
    }
}
