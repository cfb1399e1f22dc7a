package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;

/**
 * The process at the other end of an ipc channel, as the kernel knows it (SO_PEERCRED). Internal.
 */
public final class PeerProcess {

    private PeerProcess() {}

    /** {@return the peer's process id; empty unless this is an open Unix domain channel of Netty's epoll transport} */
    public static OptionalLong id(Channel channel) {
        if (!(channel instanceof EpollDomainSocketChannel ipc) || !channel.isActive()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(ipc.peerCredentials().pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
