package io.zmtp.reactive.transport.ws;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening channel of which a {@link WebSocketHost} does the listening: what keeps the limits of a port keeps them here as
 * well. Internal.
 */
public final class FluxListener extends AbstractServerChannel {

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private volatile boolean open = true;

    /** Makes one that is not registered yet. */
    public FluxListener() {}

    /** Whether nobody is to be accepted for now; any thread. */
    public boolean isPaused() {
        return !config.isAutoRead();
    }

    /** Accepts a channel that is not registered yet; any thread. */
    public void accept(FluxChannel channel) {
        eventLoop().execute(() -> {
            if (open) {
                pipeline().fireChannelRead(channel);
            } else {
                channel.unsafe().closeForcibly();
            }
        });
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected void doBeginRead() {
        // channels come by accept(…)
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("expected no bind, as it has no address");
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && isRegistered();
    }
}
