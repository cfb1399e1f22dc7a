package io.zmtp.reactive.transport.ws;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

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

    /**
     * The answer to a request that is accepted. Its WebSocket comes through the pipeline, as a {@link FluxChannel} that is not
     * registered yet.
     *
     * @param prepare called with that before
     */
    public UpgradeAnswer accept(HostedUpgrade upgrade, Consumer<? super FluxChannel> prepare) {
        return new UpgradeAnswer.Accept(
                upgrade.subprotocol(),
                in -> Flux.defer(() -> {
                    FluxChannel channel = new FluxChannel(in, upgrade.request().address());
                    channel.pipeline().addLast(upgrade);
                    prepare.accept(channel);
                    eventLoop().execute(() -> arrived(channel));
                    return channel.frames();
                }));
    }

    private void arrived(FluxChannel channel) {
        if (open && !isPaused()) {
            pipeline().fireChannelRead(channel);
        } else {
            channel.unsafe().closeForcibly();
        }
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
