package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts before the body of a request, which go back before its reply (RFC 28).
 *
 * <table>
 * <caption>The parts of a request, each a frame</caption>
 * <tr><td>addresses</td><td>any number, none of them empty: one for each ROUTER on the way; or the four octets of a
 *     request id, from a REQ that correlates</td></tr>
 * <tr><td>delimiter</td><td>empty</td></tr>
 * <tr><td>body</td><td>one part or more</td></tr>
 * </table>
 *
 * @param parts the addresses and the delimiter
 */
public record Envelope(List<Bytes> parts) {
    /** The most addresses of a request. RFC 28 has no limit, but a request with more has gone in a loop. */
    static final int MAX_ADDRESSES = 255;

    /** A request without its envelope. */
    public record Opened(Envelope envelope, Message body) {}

    /**
     * Takes the envelope off a request, as a REP does.
     *
     * @param request what a REP received
     * @return envelope and body; null if the request is to be discarded, because there is no delimiter within the first
     *     256 parts, or nothing behind it
     */
    public static @Nullable Opened open(Message request) {
        int most = Math.min(request.size() - 1, MAX_ADDRESSES + 1);
        for (int at = 0; at < most; at++) {
            if (request.part(at).isEmpty()) {
                List<Bytes> parts = at == 0
                        ? List.of(Bytes.EMPTY)
                        : List.copyOf(request.parts().subList(0, at + 1));
                return new Opened(new Envelope(parts), request.skip(at + 1));
            }
        }
        return null;
    }

    /**
     * Puts the envelope before a reply, as a REP does.
     *
     * @param reply the body of the reply
     * @return what the REP sends
     */
    public Message seal(Message reply) {
        Bytes[] all = new Bytes[parts.size() + reply.size()];
        for (int at = 0; at < all.length; at++) {
            all[at] = at < parts.size() ? parts.get(at) : reply.part(at - parts.size());
        }
        return Message.of(all);
    }

    /**
     * Makes a request, as a REQ sends it.
     *
     * @param body the body
     * @return the body behind the delimiter
     */
    public static Message request(Message body) {
        return body.prepend(Bytes.EMPTY);
    }

    /**
     * Makes a request with an id, which its reply has too.
     *
     * @param id the request id
     * @param body the body
     * @return the body behind the request id and the delimiter
     */
    public static Message request(int id, Message body) {
        return new Envelope(List.of(octets(id), Bytes.EMPTY)).seal(body);
    }

    /**
     * Opens a reply, as a REQ does.
     *
     * @param received what a REQ received
     * @return the body; null if the message is to be discarded, because it does not begin with the delimiter or has
     *     nothing behind it
     */
    public static @Nullable Message reply(Message received) {
        return received.size() > 1 && received.first().isEmpty() ? received.skip(1) : null;
    }

    /**
     * Opens the reply to one request.
     *
     * @param id the id of the request
     * @param received what a REQ received
     * @return the body; null if the message is to be discarded, because it does not begin with this id and the delimiter
     *     or has nothing behind them
     */
    public static @Nullable Message reply(int id, Message received) {
        boolean isReply = received.size() > 2
                && received.first().equals(octets(id))
                && received.part(1).isEmpty();
        return isReply ? received.skip(2) : null;
    }

    // Only this side reads them, so any order will do; libzmq takes that of the machine.
    private static Bytes octets(int id) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    }
}
