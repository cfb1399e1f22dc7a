package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class CutMessageTests {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "02 00000000",
                "00 05 'half'",
                "01 04 'half'",
                "01 04 'half' 00",
                "02 0000000000010000 'half'",
                "04 05 04'PI'",
                "01 04 'half' 04 06 04'NOOP' 00"
            })
    void deliversWhatWasWholeAndFailsWhenThePeerClosesInMid(String cut) {
        rig.bind(Rig.pull());
        RawPeer peer = rig.pusher().writeMessage("whole", "message").write(cut);
        peer.close();
        StepVerifier.create(rig.connection().receive())
                .expectNext(Message.of("whole", "message"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ZmtpProtocolException.class)
                        .hasMessageStartingWith(rig.endpoint() + " (peer ")
                        .hasMessageEndingWith("expected the rest of a message, but the peer closed the connection"))
                .verify(TIMEOUT);
        Closed end = rig.end();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        assertThat(end.cause()).isInstanceOf(ZmtpProtocolException.class);
    }

    @Test
    void completesWhenThePeerClosesBetweenMessages() {
        rig.bind(Rig.pull());
        rig.pusher().writeMessage("first").writeMessage("last").close();
        StepVerifier.create(rig.connection().receive())
                .expectNext(Message.of("first"), Message.of("last"))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(rig.end()).isEqualTo(new Closed(Reason.PEER, null, 0, 0));
    }

    @Test
    void failsWithTheTransportsErrorWhenThePeerResets() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().writeMessage("whole").write("01 04 'half' 00");
        assertThat(rig.text()).isEqualTo("whole");
        peer.closeWithReset();
        Closed end = rig.end();
        assertThat(end.reason()).isEqualTo(Reason.IO);
        assertThat(end.cause()).isInstanceOf(IOException.class);
        rig.assertServesAGoodPeer();
    }

    @Test
    void failsReceivingWhenAPeerBreaksARule() {
        AtomicReference<Throwable> told = new AtomicReference<>();
        rig.bind(Rig.pull());
        RawPeer peer = rig.pusher().writeMessage("whole").write("01 04 'half' 04 00");
        StepVerifier.create(rig.connection().receive())
                .expectNext(Message.of("whole"))
                .expectErrorSatisfies(told::set)
                .verify(TIMEOUT);
        assertThat(rig.violation(Reason.PROTOCOL, peer)).isSameAs(told.get());
    }

    @Test
    void showsCommandsThatItDoesNotKnow() {
        CompletableFuture<Command> seen = new CompletableFuture<>();
        rig.receive(Rig.pull().doOnReady(connection -> connection.commands().subscribe(seen::complete)));
        rig.pusher().write("04 07 04'PING' 0000").sendCommand("QOS", new byte[] {1, 2});
        assertThat(seen).succeedsWithin(TIMEOUT).satisfies(command -> {
            assertThat(command.name()).isEqualTo("QOS");
            assertThat(command.data().hex()).isEqualTo("0102");
            assertThat(command.frame().octets().hex()).isEqualTo("0406" + "03514f53" + "0102");
        });
    }
}
