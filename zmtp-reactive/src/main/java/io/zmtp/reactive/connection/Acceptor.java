package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Sits in the listening channel and keeps the number of connections and of handshakes in progress within their limits:
 * at a limit it stops accepting, and the kernel's backlog waits. Lives on the listening channel's event loop.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Loggers.getLogger(Acceptor.class);

    private final int maxConnections;
    private final int maxHandshakes;
    private final @Nullable Predicate<? super SocketAddress> admits;
    private final Set<Channel> open = new HashSet<>();
    private final Set<Channel> opening = new HashSet<>();
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
        if (!isAdmitted(channel.remoteAddress())) {
            channel.unsafe().closeForcibly();
            return;
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

    private boolean isAdmitted(SocketAddress peer) {
        try {
            return admits == null || admits.test(peer);
        } catch (RuntimeException thrown) {
            LOG.warn("the predicate of accept(…) failed for {}, which is refused", peer, thrown);
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
            boolean room = open.size() < maxConnections && opening.size() < maxHandshakes;
            if (channel.config().isAutoRead() != room) {
                channel.config().setAutoRead(room);
            }
        }
    }
}
