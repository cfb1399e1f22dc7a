package io.zmtp.reactive.transport.ws;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.SocketType;
import java.util.Objects;

/** The accepting side of an upgrade that a {@link WebSocketHost} does: what was asked for, and what was agreed on. Internal. */
public final class HostedUpgrade extends ChannelInboundHandlerAdapter {

    private final UpgradeRequest request;
    private final Subprotocol chosen;

    /**
     * Makes one of a request without a {@link UpgradeRequest#flaw(String, SocketType) flaw}.
     *
     * @param mechanism the name of ours
     * @param type our socket type
     */
    public HostedUpgrade(UpgradeRequest request, String mechanism, SocketType type) {
        this.request = request;
        this.chosen = Objects.requireNonNull(request.choose(Subprotocol.of(mechanism, type)));
    }

    /** What was asked for. */
    public UpgradeRequest request() {
        return request;
    }

    /** As it stands in {@code Sec-WebSocket-Protocol}. */
    public String subprotocol() {
        return chosen.text();
    }

    /**
     * Makes the channel one of ZMTP.
     *
     * @param weAreServer whether this side is the mechanism's server
     * @param type our socket type
     * @param routingId ours
     * @return what the channel has become; the peer's greeting has been fired
     */
    public WebSocketLink accept(ChannelPipeline pipeline, boolean weAreServer, SocketType type, Bytes routingId) {
        WebSocketLink link = new WebSocketLink(false, chosen, weAreServer, type, routingId);
        pipeline.addBefore(pipeline.context(this).name(), null, new FrameBridge());
        pipeline.replace(this, null, link);
        return link;
    }
}
