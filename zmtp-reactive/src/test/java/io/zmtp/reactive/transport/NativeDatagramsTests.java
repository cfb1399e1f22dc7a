package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import reactor.netty.resources.LoopResources;

@EnabledIf("isNative")
class NativeDatagramsTests extends DatagramsContract {
    NativeDatagramsTests() {
        super(true);
    }

    static boolean isNative() {
        return LoopResources.hasNativeSupport();
    }

    @Test
    void itsLoopsAreThoseOfEpoll() {
        assertThat(udp.loops.onChannelClass(DatagramChannel.class, udp.loops.onServer(true)))
                .isEqualTo(EpollDatagramChannel.class);
    }
}
