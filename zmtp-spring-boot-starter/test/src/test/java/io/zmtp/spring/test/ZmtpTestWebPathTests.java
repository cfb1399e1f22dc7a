package io.zmtp.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.SubSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A socket at a path of the web server is tested without one. */
@ZmtpTest(properties = {"zmtp.sockets.ticks.type=pub", "zmtp.sockets.ticks.bind=ws:/ticks"})
class ZmtpTestWebPathTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Autowired
    private PubSocket ticks;

    @Autowired
    private ZmtpTestPeers peers;

    @Test
    void itsPeerIsWithinTheProcess() {
        SubSocket peer = peers.of("ticks", SubSocket.class);
        peer.subscribe("md.");
        ticks.awaitSubscribers("md.", 1)
                .then(ticks.send(Message.of("md.tea 7")))
                .block(TIMEOUT);
        assertThat(peer.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("md.tea 7"));
    }
}
