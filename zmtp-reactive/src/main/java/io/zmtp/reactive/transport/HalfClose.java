package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Schedulers;

/**
 * Says on a channel that nothing more comes, and leaves it to the peer to close. A close while octets of the peer are unread
 * would reset the connection, and the peer could lose what it has not read yet. Internal.
 */
public final class HalfClose {

    /** How long a peer may take to answer our end of stream with its own, so that nothing on its way is lost. */
    private static final long FAREWELL_SECONDS = 2;

    private HalfClose() {}

    /**
     * Begins it; call it on the channel's event loop. The channel closes after a while if the peer does not.
     *
     * @return false if the channel could only be closed at once
     */
    public static boolean begin(Channel channel) {
        if (!(channel instanceof DuplexChannel duplex) || !channel.isActive() || isTlsUnfinished(channel)) {
            channel.close();
            return false;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            duplex.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(sent -> duplex.shutdownOutput());
        }
        var late = Schedulers.parallel()
                .schedule(() -> channel.eventLoop().execute(channel::close), FAREWELL_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> late.dispose());
        return true;
    }

    /** Whether TLS is being agreed on, so that nothing can be said. */
    public static boolean isTlsUnfinished(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls != null && !tls.handshakeFuture().isSuccess();
    }
}
