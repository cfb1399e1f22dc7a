package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import io.zmtp.reactive.wire.RoutingId;
import java.nio.channels.ClosedChannelException;
import java.security.Principal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Who the peer of a handshake is, and whether it may stay: its type must fit, and the socket must have a place for it. */
final class Admittance {

    /** The reason of an ERROR after which the peer may come again; it begins with the code of RFC 27 for that. */
    private static final String TRY_LATER = "300-no-place-now";

    private final Handshake handshake;
    private final Channel channel;
    private final SocketType socketType;
    private final @Nullable ChannelPipe pipe;

    /** What the server's user said of the peer before the greeting. */
    private volatile Verdict.@Nullable Accept upgrade;

    /** The user that a web server took the peer for. */
    private volatile @Nullable Principal principal;

    /** The peer for which the socket was asked for a place; on the event loop. */
    private @Nullable Placed placed;

    /** Whether the socket was asked for a place for the peer. */
    private volatile boolean asked;

    /** Who was let in, and by what. */
    private record Placed(
            Metadata properties,
            @Nullable Bytes publicKey,
            @Nullable String userId,
            Peer peer) {

        @SuppressWarnings("ReferenceEquality") // comparing would take as long as making it again
        boolean isOf(Session agreed) {
            return properties == agreed.peer()
                    && Objects.equals(publicKey, agreed.publicKey())
                    && Objects.equals(userId, agreed.userId());
        }
    }

    /**
     * Nobody was let in yet.
     *
     * @param pipe whose owner is asked; null if nobody is
     */
    Admittance(Handshake handshake, Channel channel, SocketType socketType, @Nullable ChannelPipe pipe) {
        this.handshake = handshake;
        this.channel = channel;
        this.socketType = socketType;
        this.pipe = pipe;
    }

    /** The peer may go on to the greeting, as somebody who is known already. */
    void upgraded(Verdict.Accept accepted, @Nullable Principal known) {
        upgrade = accepted;
        principal = known;
    }

    /** What the server's user said of the peer before the greeting; null for nothing. */
    Verdict.@Nullable Accept upgrade() {
        return upgrade;
    }

    /** Who the peer of a session is. */
    Peer peer(Session agreed) {
        Placed known = placed;
        return known != null && known.isOf(agreed)
                ? known.peer
                : describe(agreed.peer(), agreed.publicKey(), agreed.userId());
    }

    private Peer describe(Metadata announced, @Nullable Bytes publicKey, @Nullable String authenticated) {
        Greeting greeting = handshake.remote();
        Verdict.Accept known = upgrade;
        Metadata properties = announced;
        if (known != null) {
            for (Map.Entry<String, Bytes> property : known.properties()) {
                properties = properties.with(property.getKey(), property.getValue());
            }
        }
        String userId = authenticated == null && known != null ? known.userId() : authenticated;
        return new Peer(
                PeerAddress.of(channel),
                properties.text(Metadata.SOCKET_TYPE).flatMap(SocketType::of).orElseThrow(),
                properties.get(Metadata.IDENTITY).orElse(Bytes.EMPTY),
                greeting.major(),
                greeting.minor(),
                properties,
                publicKey,
                userId,
                principal);
    }

    /** Asks the socket for a place at the end of a conversation that did not. */
    Mono<Session> admit(Session session) {
        if (asked) {
            return Mono.just(session);
        }
        FrameCipher cipher = session.cipher();
        Sealer sealer = cipher.encrypts() ? new Sealer(cipher) : null; // the peer believes to be through
        return place(session.peer(), session.publicKey(), session.userId())
                .onErrorResume(failed -> (failed instanceof ZmtpHandshakeException refused
                                ? refuse(refused, sealer)
                                : Mono.<Void>error(failed))
                        .doOnError(refused -> cipher.close()))
                .thenReturn(session);
    }

    /** Asks the socket for a place, and refuses the peer if there is none, as {@link Handshake#admit}. */
    Mono<Void> ask(Metadata properties, @Nullable Bytes publicKey, @Nullable String userId) {
        asked = true;
        return place(properties, publicKey, userId)
                .onErrorResume(ZmtpHandshakeException.class, refused -> refuse(refused, null));
    }

    private Mono<Void> place(Metadata properties, @Nullable Bytes publicKey, @Nullable String userId) {
        Mono<Void> asking = Mono.defer(() -> {
            check(properties);
            if (!channel.isActive()) {
                return Mono.error(new ClosedChannelException());
            }
            if (pipe == null) {
                return Mono.empty();
            }
            Placed known = new Placed(properties, publicKey, userId, describe(properties, publicKey, userId));
            placed = known;
            return pipe.admit(known.peer);
        });
        return channel.eventLoop().inEventLoop()
                ? asking
                : Mono.<Void>create(sink -> handshake.onLoop(sink::success)).then(asking);
    }

    private void check(Metadata properties) {
        Bytes id = properties.get(Metadata.IDENTITY).orElse(Bytes.EMPTY);
        if (id.size() > RoutingId.MAX_SIZE) {
            throw new ZmtpHandshakeException(
                    Failure.MALFORMED,
                    "expected a routing id of at most " + RoutingId.MAX_SIZE + " octets, but one of " + id.size()
                            + " came");
        }
        String came = properties.text(Metadata.SOCKET_TYPE).orElse("");
        if (SocketType.of(came).filter(socketType::accepts).isEmpty()) {
            throw new ZmtpHandshakeException(
                    Failure.SOCKET_TYPE,
                    "expected for our " + socketType + " one of " + socketType.peers() + ", but "
                            + (came.isEmpty() ? "no Socket-Type" : Bytes.utf8(came)) + " came");
        }
    }

    /**
     * Answers with ERROR, as RFC 37 asks; libzmq closes without a word. A peer that may come again later hears nothing if
     * it is libzmq or one of its ports: those take every ERROR as final, and would never come back.
     */
    private Mono<Void> refuse(ZmtpHandshakeException refused, @Nullable Sealer sealer) {
        String reason = switch (refused.failure()) {
            case SOCKET_TYPE -> "invalid-socket-type";
            case REFUSED -> TRY_LATER;
            default -> "invalid-identity";
        };
        boolean silent =
                refused.failure() == Failure.REFUSED && handshake.remote().isCompatible();
        Frame error = Command.error(reason).frame();
        return (silent ? Mono.<Void>empty() : handshake.send(sealer == null ? error.octets() : sealer.seal(error)))
                .onErrorComplete()
                .then(Mono.error(refused));
    }
}
