package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Acknowledging;
import io.zmtp.reactive.routing.Awaited;
import io.zmtp.reactive.routing.Correlated;
import io.zmtp.reactive.routing.InTurn;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.Memories;
import io.zmtp.reactive.routing.Outgoing;
import io.zmtp.reactive.routing.Refusals;
import io.zmtp.reactive.routing.Requests;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Asks its REP and ROUTER peers, which take turns, and gets their replies (RFC 28).
 *
 * <pre>{@code
 * req.request("what time is it?")
 *         .timeout(Duration.ofSeconds(1))
 *         .retry(3)
 *         .map(Message::text)
 *         .subscribe(System.out::println);
 * }</pre>
 *
 * <p>By default there is one request at a time: the next one waits until the one before was answered, has failed, or was
 * cancelled. A late reply to a request that was cancelled, as by a timeout, is never taken for the reply to another:
 *
 * <ul>
 *   <li>If this socket connects, and has no {@code routingId}, late replies are recognised by their connection. When a
 *       request is cancelled that was sent and not answered, its connection is closed, and the next one is opened at once, at
 *       most a hundred times a second. Requests that wait go to another peer, or over the next connection. This works with
 *       every REP and ROUTER.
 *   <li>If it binds, or has a {@code routingId}, the peer may send the late reply over the next connection too. So after
 *       the first request that was cancelled, or whose peer has gone, every request has an id of four octets, in a part
 *       before the delimiter, as with libzmq's {@code ZMQ_REQ_CORRELATE}. No connection is closed. The peer must send the
 *       whole envelope back: every REP does, and a ROUTER if its program returns all parts up to the delimiter.
 * </ul>
 *
 * <p>With {@link SocketOptions#correlate()} every request has such an id, and is sent at once. For a ROUTER whose program
 * expects only a routing id, the delimiter and the body, there is {@link SocketOptions#correlate(boolean)
 * correlate(false)}.
 *
 * <p>With {@link SocketOptions#delivery} a request whose peer goes before it has replied is asked again: at
 * {@code TAKEN_OVER} the next peer, at {@code ONCE} and {@code DONE} the same one when it is back, in the time of
 * {@code deadLetterAfter}. So a peer may get a request twice. At {@code DONE} a request that the REP could not answer fails
 * with a {@link io.zmtp.reactive.ZmtpNackException}; it is not asked again by itself.
 *
 * <p>A message that is no reply, and a reply that comes too late, is dropped and counted.
 *
 * @see <a href="https://rfc.zeromq.org/spec/28/">RFC 28, The REQ Socket Type</a>
 * @since 0.1
 */
public final class ReqSocket extends ZmtpSocket {

    private static final PacedLog LOG = new PacedLog(ReqSocket.class);

    private final Requests requests;
    private final Inbox<Message> inbox = new Inbox<>(fairQueue(this::read));

    private ReqSocket(SocketOptions options) {
        super(SocketType.REQ, options);
        this.requests = new Requests(awaited(options), options.delivery);
        inbox.receive().subscribe(); // they are handed out where they are read
    }

    private static Awaited awaited(SocketOptions options) {
        Boolean correlate = options.correlate;
        boolean named = !options.toPeer(SocketType.REQ).routingId().isEmpty();
        return Boolean.TRUE.equals(correlate) ? new Correlated() : new InTurn(named, Boolean.FALSE.equals(correlate));
    }

    /** A socket with the default options. */
    public static ReqSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static ReqSocket create(UnaryOperator<SocketOptions> options) {
        return new ReqSocket(options.apply(SocketOptions.create()));
    }

    /**
     * Sends a request and gets its reply. Every subscription sends it anew, so {@code retry()} asks again; if there are
     * several peers, it asks the next one.
     *
     * @param message the body of the request; the envelope is added
     * @return emits the body of the reply, on the event loop of the peer, so do not block there. Waits while there is no peer,
     *     or none can take more. Fails with {@code ZmtpClosedException} if the peer goes before it has replied, or the
     *     socket is closed. Cancelling, as a timeout does, takes the request back if it was not sent; else it may close the
     *     connection that it was sent over
     */
    public Mono<Message> request(Message message) {
        return requests.request(message);
    }

    /** As {@link #request(Message)}, for texts in UTF-8. */
    public Mono<Message> request(String... parts) {
        return request(Message.of(parts));
    }

    private @Nullable Message read(Pipe pipe, Object item) {
        if (item instanceof Message message) {
            try {
                if (!requests.answered(pipe, message)) {
                    dropped(pipe, null, DropReason.MALFORMED, message, 1);
                }
            } catch (RuntimeException | Error thrown) {
                // Must not end the replies of the others.
                LOG.warn("reply", this + ": the subscriber to a reply threw", thrown);
            }
        }
        return null;
    }

    // ---- peers

    @Override
    Acknowledging newAcknowledging(Pipe pipe, Memories received) {
        return options.delivery.level() == DeliveryLevel.DONE
                ? new Refusals(pipe, requests, received)
                : super.newAcknowledging(pipe, received);
    }

    @Override
    Outgoing outgoing() {
        return requests;
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        requests.add(pipe);
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        requests.left(pipe);
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        if (!isDisposed()) {
            requests.left(pipe);
        }
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }
}
