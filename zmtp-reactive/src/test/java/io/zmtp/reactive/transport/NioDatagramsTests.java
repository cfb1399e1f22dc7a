package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import org.junit.jupiter.api.Test;

class NioDatagramsTests extends DatagramsContract {
    NioDatagramsTests() {
        super(false);
    }

    @Test
    void itsLoopsAreThoseOfTheJdk() {
        assertThat(udp.loops.onChannelClass(DatagramChannel.class, udp.loops.onServer(true)))
                .isEqualTo(NioDatagramChannel.class);
    }
}
