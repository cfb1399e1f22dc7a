package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.zmtp.reactive.Printable;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address at the other end of a channel, fit to be shown: over ipc it is a path, which the peer may have chosen.
 * Internal.
 */
public final class PeerAddress {

    private PeerAddress() {}

    /** The remote address, unprintable characters of a path escaped; null if there is none. */
    public static @Nullable SocketAddress of(Channel channel) {
        SocketAddress address = channel.remoteAddress();
        if (address instanceof DomainSocketAddress ipc && !Printable.isPrintable(ipc.path())) {
            return new DomainSocketAddress(Printable.of(ipc.path()));
        }
        if (address instanceof UnixDomainSocketAddress ipc && !Printable.isPrintable(ipc.toString())) {
            return UnixDomainSocketAddress.of(Printable.of(ipc.toString()));
        }
        return address;
    }
}
