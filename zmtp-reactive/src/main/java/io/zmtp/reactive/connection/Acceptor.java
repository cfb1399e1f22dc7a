package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.transport.PeerAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Sits in the listening channel and keeps the number of connections and of handshakes in progress within their limits:
 * at a limit it stops accepting, and the kernel's backlog waits. But peers that connect and say nothing must not keep out
 * those that do: the oldest handshake that waits for its peer too long gives way to a new one. Lives on the listening
 * channel's event loop.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final PacedLog LOG = new PacedLog(Acceptor.class);

    /** What a channel does until it is open. */
    static final AttributeKey<Opening> OPENING = AttributeKey.valueOf(Acceptor.class, "opening");

    /** A peer may keep others waiting so long. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 100;

    private final int maxConnections;
    private final int maxHandshakes;
    private final @Nullable Predicate<? super SocketAddress> admits;
    private final Set<Channel> open = new HashSet<>();

    /** The oldest first. */
    private final Set<Channel> opening = new LinkedHashSet<>();

    private boolean looksAgain;
    private @Nullable Channel listening;

    Acceptor(int maxConnections, int maxHandshakes, @Nullable Predicate<? super SocketAddress> admits) {
        this.maxConnections = maxConnections;
        this.maxHandshakes = maxHandshakes;
        this.admits = admits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        listening = context.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel channel = (Channel) accepted;
        if (!isAdmitted(PeerAddress.of(channel))) {
            channel.unsafe().closeForcibly();
            return;
        }
        Channel silent = opening.size() < maxHandshakes ? null : silent();
        if (silent != null) {
            opening.remove(silent);
            silent.attr(OPENING).get().giveWay(maxHandshakes);
        }
        open.add(channel);
        opening.add(channel);
        channel.closeFuture()
                .addListener(closed -> later(() -> {
                    open.remove(channel);
                    opening.remove(channel);
                }));
        regulate();
        context.fireChannelRead(accepted);
    }

    /** A handshake is through, or failed; any thread. */
    void handshaken(Channel channel) {
        later(() -> opening.remove(channel));
    }

    private boolean isAdmitted(@Nullable SocketAddress peer) {
        try {
            return admits == null || admits.test(peer);
        } catch (RuntimeException thrown) {
            LOG.warn("accept", "the predicate of accept(…) failed for " + peer + ", which is refused", thrown);
            return false;
        }
    }

    private void later(Runnable change) {
        Channel channel = listening;
        if (channel != null) {
            channel.eventLoop().execute(() -> {
                change.run();
                regulate();
            });
        }
    }

    private void regulate() {
        Channel channel = listening;
        if (channel != null) {
            boolean handshakes = opening.size() < maxHandshakes || silent() != null;
            if (!handshakes && !looksAgain) {
                looksAgain = true;
                Schedulers.parallel()
                        .schedule(() -> later(() -> looksAgain = false), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            boolean room = open.size() < maxConnections && handshakes;
            if (channel.config().isAutoRead() != room) {
                channel.config().setAutoRead(room);
            }
        }
    }

    /** The oldest of those that their peers keep waiting; null if there is none. */
    private @Nullable Channel silent() {
        long now = System.nanoTime();
        for (Channel channel : opening) {
            Opening at = channel.attr(OPENING).get();
            if (at != null && at.waits(now).compareTo(PATIENCE) >= 0) {
                return channel;
            }
        }
        return null;
    }
}
