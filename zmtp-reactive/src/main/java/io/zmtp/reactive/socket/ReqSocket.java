package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
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
 * <p>By default there is one request at a time: a second one waits until the first was answered, has failed or was
 * cancelled. With {@link SocketOptions#correlate()} every request is sent at once, and its reply is known by an id; it
 * needs peers that give the envelope back whole, as REP does.
 *
 * <p>What is no reply, and a reply that comes too late, is dropped and counted. Without {@code correlate()} the late reply
 * to a request that was cancelled is known by the order alone: the next message of that peer is taken for it, so that a
 * peer that never answers makes the request behind wait in vain. Give each a timeout; when that one is cancelled too, the
 * connection is ended, and the next begins anew.
 *
 * @see <a href="https://rfc.zeromq.org/spec/28/">RFC 28, The REQ Socket Type</a>
 * @since 0.1
 */
public final class ReqSocket extends ZmtpSocket {

    private static final PacedLog LOG = new PacedLog(ReqSocket.class);

    private final Requests requests;
    private final Inbox inbox = new Inbox(this, this::read);

    private ReqSocket(SocketOptions options) {
        super(SocketType.REQ, options);
        this.requests = new Requests(options.correlate ? new Correlated() : new InTurn());
        inbox.messages().subscribe(); // they are handed out where they are read
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
     * Sends a request and gets its reply. Every subscriber sends it anew, so {@code retry()} asks again, the next peer if
     * there are several.
     *
     * @return emits the reply, on the event loop of the peer, so what is done with it must not block. Waits while there is
     *     no peer, or none can take more. Fails with {@code ZmtpClosedException} if the peer goes before it has replied,
     *     or the socket is closed. Cancelling, as a timeout does, takes the request back or gives the reply up
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
            } catch (RuntimeException thrown) {
                LOG.warn(
                        "reply",
                        this + ": whoever got a reply threw",
                        thrown); // must not end the replies of the others
            }
        }
        return null;
    }

    // ---- peers

    @Override
    Outgoing outgoing() {
        return requests;
    }

    @Override
    boolean joined(Pipe pipe, SocketPeer peer) {
        requests.add(pipe);
        return true;
    }

    @Override
    void left(Pipe pipe, SocketPeer peer) {
        requests.left(pipe);
    }

    @Override
    void removed(Pipe pipe) {
        if (!isDisposed()) {
            requests.left(pipe);
        }
    }

    @Override
    void readable(Pipe pipe) {
        inbox.readable(pipe);
    }

    @Override
    void departed(Pipe pipe) {
        inbox.departed(pipe);
    }

    @Override
    void ended() {
        inbox.end();
    }
}
