package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.transport.PeerAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Sits in the listening channel and keeps the number of connections and of handshakes in progress within their limits:
 * at a limit it stops accepting, says so, and the kernel's backlog waits. But peers that connect and say nothing must not
 * keep out those that do: of the handshakes that wait for their peers the one that has waited longest gives way to a new
 * one. A connection whose handshake is through never does. Lives on the listening channel's event loop.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final PacedLog LOG = new PacedLog(Acceptor.class);

    /** What a channel's peer keeps waiting: its connection, or what comes before. */
    static final AttributeKey<Waiting> WAITING = AttributeKey.valueOf(Acceptor.class, "waiting");

    /** What knows how long a peer has kept it waiting. */
    interface Waiting {

        /** For how many nanoseconds; 0 while this side is to do something. Any thread. */
        long waits(long now);

        /** Another peer gets the place; any thread. */
        void giveUp(String why);
    }

    /** A peer may take so long for each step, however many others want its place: a way around the world and back takes less. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(300);

    private static final long LOOK_MILLIS = 50;

    /** The time between two reports of pauses. */
    private static final long QUIET_SECONDS = 1;

    private final int maxConnections;
    private final int maxHandshakes;
    private final @Nullable Predicate<? super SocketAddress> admits;
    private final ChannelPipe.Reports reports;
    private final Set<Channel> open = new HashSet<>();

    /** The oldest first. */
    private final Set<Channel> opening = new LinkedHashSet<>();

    private boolean looksAgain;
    private @Nullable Channel listening;

    /** How often accepting paused without a report, and whether there was a report a short while ago. */
    private long untold;

    private boolean quiet;

    Acceptor(
            int maxConnections,
            int maxHandshakes,
            @Nullable Predicate<? super SocketAddress> admits,
            ChannelPipe.Reports reports) {
        this.maxConnections = maxConnections;
        this.maxHandshakes = maxHandshakes;
        this.admits = admits;
        this.reports = reports;
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
        Channel silent = isFull() ? mostSilent() : null;
        if (silent != null) {
            String why = limit();
            opening.remove(silent);
            open.remove(silent);
            silent.attr(WAITING).get().giveUp(why);
        }
        open.add(channel);
        opening.add(channel);
        channel.closeFuture()
                .addListener(closed -> onLoop(() -> {
                    open.remove(channel);
                    opening.remove(channel);
                }));
        regulate();
        context.fireChannelRead(accepted);
    }

    /** A handshake is through, or failed; any thread. */
    void handshaken(Channel channel) {
        onLoop(() -> opening.remove(channel));
    }

    private boolean isAdmitted(@Nullable SocketAddress peer) {
        try {
            return admits == null || admits.test(peer);
        } catch (RuntimeException thrown) {
            LOG.warn("accept", "the predicate of accept(…) failed for " + peer + ", which is refused", thrown);
            return false;
        }
    }

    private void onLoop(Runnable change) {
        Channel channel = listening;
        if (channel != null && channel.eventLoop().inEventLoop()) {
            change.run();
            regulate();
        } else if (channel != null) {
            channel.eventLoop().execute(() -> onLoop(change));
        }
    }

    private void regulate() {
        Channel channel = listening;
        if (channel != null) {
            boolean room = !isFull() || hasSilent();
            if (!room && !opening.isEmpty() && !looksAgain) {
                looksAgain = true;
                Schedulers.parallel()
                        .schedule(() -> onLoop(() -> looksAgain = false), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (channel.config().isAutoRead() != room) {
                channel.config().setAutoRead(room);
                if (!room) {
                    paused();
                }
            }
        }
    }

    private boolean isFull() {
        return open.size() >= maxConnections || opening.size() >= maxHandshakes;
    }

    private String limit() {
        return open.size() >= maxConnections
                ? "as many connections as there may be, " + maxConnections + ", were open"
                : "as many handshakes as there may be, " + maxHandshakes + ", were in progress";
    }

    // ---- those that say nothing

    private static long waits(Channel channel, long now) {
        Waiting waiting = channel.attr(WAITING).get();
        return waiting == null ? 0 : waiting.waits(now);
    }

    private boolean hasSilent() {
        long now = System.nanoTime();
        for (Channel channel : opening) {
            if (waits(channel, now) >= PATIENCE) {
                return true;
            }
        }
        return false;
    }

    /** Of those that their peers keep waiting the one that has waited longest; null if there is none. */
    private @Nullable Channel mostSilent() {
        long now = System.nanoTime();
        Channel most = null;
        long longest = PATIENCE;
        for (Channel channel : opening) {
            long waits = waits(channel, now);
            if (waits >= longest) {
                most = channel;
                longest = waits;
            }
        }
        return most;
    }

    // ---- saying that nobody is accepted

    private void paused() {
        untold++;
        if (!quiet) {
            tell();
        }
    }

    /** Tells at once, and then, as long as it happens again, once in a while. */
    private void tell() {
        long count = untold;
        untold = 0;
        quiet = count > 0;
        if (quiet) {
            reports.paused(open.size(), opening.size(), count);
            Schedulers.parallel().schedule(() -> onLoop(this::tell), QUIET_SECONDS, TimeUnit.SECONDS);
        }
    }
}
