package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ReceiveFramesTests {

    private final RawPair raw = RawPair.open();

    @AfterEach
    void close() {
        raw.close();
    }

    private static String show(Frame frame) {
        return (frame.isCommand() ? "!" : frame.isMore() ? "+" : "")
                + frame.body().utf8();
    }

    private static byte[] bytes(String text) {
        return Bytes.utf8(text).toByteArray();
    }

    @Test
    void emitsPartsAndCommandsInTheOrderOfTheWire() {
        StepVerifier.create(raw.connection.receiveFrames().map(ReceiveFramesTests::show))
                .then(() -> raw.peer
                        .writeMessage("a", "b")
                        .sendCommand("SUBSCRIBE", bytes("x"))
                        .sendCommand("PING", new byte[2])
                        .writeMessage("c")
                        .sendCommand("PONG")
                        .sendCommand("CANCEL", bytes("x"))
                        .writeMessage("d"))
                .expectNext("+a", "b", "!\tSUBSCRIBEx", "c", "!\6CANCELx", "d")
                .thenCancel()
                .verify(TIMEOUT);
        raw.peer.expectCommand("PONG");
    }

    @Test
    void emitsExactlyTheFramesAskedForAndLosesNone() {
        raw.peer.writeMessage("a", "b").writeMessage("c").writeMessage("d");
        StepVerifier.create(raw.connection.receiveFrames().map(ReceiveFramesTests::show), 2)
                .expectNext("+a", "b")
                .then(() -> Pair.settle(raw.connection))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(raw.connection.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("c"));
    }

    @Test
    void leavesTheRestOfAMessageOutAfterCancel() {
        raw.peer.writeMessage("a", "b", "c").writeMessage("d");
        assertThat(raw.connection.receiveFrames().map(ReceiveFramesTests::show).blockFirst(TIMEOUT))
                .isEqualTo("+a");
        assertThat(raw.connection.receiveFrames().map(ReceiveFramesTests::show).blockFirst(TIMEOUT))
                .isEqualTo("d");
    }

    @Test
    void goesOnShowingCommandsWhenASecondSubscriberWasRefused() {
        StepVerifier.create(raw.connection.receiveFrames().map(ReceiveFramesTests::show))
                .then(() -> StepVerifier.create(raw.connection.receiveFrames())
                        .expectError(IllegalStateException.class)
                        .verify(TIMEOUT))
                .then(() -> raw.peer.sendCommand("JOIN", bytes("g")))
                .expectNext("!\4JOINg")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void doesNotShowCommandsToWhoReceivesMessagesNext() {
        StepVerifier.create(raw.connection.receiveFrames(), 1)
                .then(() -> raw.peer
                        .writeMessage("a")
                        .sendCommand("JOIN", bytes("g"))
                        .writeMessage("b"))
                .expectNextCount(1)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(raw.connection.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("b"));
    }

    @Test
    void completesAfterTheLastPart() {
        raw.peer.writeMessage("a", "b").close();
        StepVerifier.create(raw.connection.receiveFrames().map(ReceiveFramesTests::show), 1)
                .expectNext("+a")
                .thenRequest(1)
                .expectNext("b")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void tellsCommandsToTwoSubscribers() {
        Flux<String> commands = raw.connection.commands().map(Command::toString).take(2);
        StepVerifier.create(Mono.zip(commands.collectList(), commands.collectList()))
                .then(() -> raw.peer
                        .sendCommand("JOIN", bytes("g"))
                        .sendCommand("PING", new byte[2])
                        .sendCommand("LEAVE", bytes("g")))
                .assertNext(both -> {
                    assertThat(both.getT1()).isEqualTo(List.of("JOIN with 1 octets", "LEAVE with 1 octets"));
                    assertThat(both.getT2()).isEqualTo(both.getT1());
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void failsOnlyTheCommandSubscriberThatLagsTooFar() {
        byte[] join = RawPeer.command("JOIN", bytes("g"));
        Mono<Long> quick = raw.connection.commands().take(2000).count();
        StepVerifier.create(raw.connection.commands(), 0)
                .then(() -> StepVerifier.create(quick)
                        .then(() -> IntStream.range(0, 2000).forEach(i -> raw.peer.write(join)))
                        .expectNext(2000L)
                        .expectComplete()
                        .verify(TIMEOUT))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(1024)
                .expectErrorMatches(Exceptions::isOverflow)
                .verify(TIMEOUT);
        assertThat(raw.connection.isDisposed()).isFalse();
    }
}
