package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.testing.RawPeer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptLimitTests {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void letsThePeerAboveTheLimitWaitUntilOneLeaves() {
        rig.receive(Rig.pull().maxConnections(2));
        RawPeer first = rig.pusher();
        rig.pusher();
        RawPeer waiting = rig.peer();
        assertThat(waiting.readAll(SHORT)).as("nothing, not even a greeting").isEmpty();
        first.close();
        waiting.handshakeNull("PUSH");
        waiting.writeMessage("at last");
        assertThat(rig.text()).isEqualTo("at last");
    }

    @Test
    void letsAPeerWaitWhileTooManyHandshakesAreInProgress() {
        rig.receive(Rig.pull().maxHandshakes(2));
        RawPeer slow = rig.peer();
        slow.expectGreeting();
        rig.peer().expectGreeting();
        RawPeer waiting = rig.peer();
        assertThat(waiting.readAll(SHORT)).isEmpty();
        slow.sendGreeting("NULL", false, 1).sendReady("PUSH").expectCommand("READY");
        waiting.handshakeNull("PUSH");
        waiting.writeMessage("at last");
        assertThat(rig.text()).isEqualTo("at last");
    }

    @Test
    void countsAFailedHandshakeNoLonger() {
        rig.receive(Rig.pull().maxHandshakes(1));
        for (int i = 0; i < 3; i++) {
            RawPeer refused = rig.peer().sendGreeting("CURVE", false, 1);
            assertThat(refused.awaitClosed(TIMEOUT)).isTrue();
            rig.assertServesAGoodPeer();
        }
    }

    @Test
    void closesAPeerThatIsNotAcceptedBeforeAnyOctet() {
        CompletableFuture<SocketAddress> seen = new CompletableFuture<>();
        rig.receive(Rig.pull().accept(address -> !seen.complete(address)));
        assertThat(rig.peer().readAll(TIMEOUT)).isEmpty();
        assertThat(seen).isCompletedWithValueMatching(address -> address instanceof InetSocketAddress);
        rig.assertServesAGoodPeer();
    }

    @Test
    void servesAGoodPeerAmongHundredsThatNeverFinishTheirHandshake() {
        rig.receive(Rig.pull().maxHandshakes(1000).option(ChannelOption.SO_BACKLOG, 1000));
        for (RawPeer peer : unfinished(400)) {
            peer.expectGreeting();
        }
        rig.assertServesAGoodPeer();
    }

    @Test
    void servesAGoodPeerWhenTheUnfinishedHandshakesTimeOut() {
        rig.receive(Rig.pull().maxHandshakes(64).handshakeTimeout(SHORT).option(ChannelOption.SO_BACKLOG, 1000));
        unfinished(200);
        rig.assertServesAGoodPeer();
    }

    private List<RawPeer> unfinished(int count) {
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(rig.peer().write("ff"));
        }
        return peers;
    }
}
