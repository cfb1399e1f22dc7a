package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.routing.RoundRobin;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Peers that end and come again. */
class RestartTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private record Pattern(
            String name, Function<UnaryOperator<SocketOptions>, ZmtpSocket> sender, Supplier<ZmtpSocket> receiver) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Pattern> patterns() {
        return Stream.of(
                new Pattern("PUSH, PULL", PushSocket::create, PullSocket::create),
                new Pattern("DEALER, ROUTER", DealerSocket::create, RouterSocket::create),
                new Pattern("PAIR", PairSocket::create, PairSocket::create),
                new Pattern("CHANNEL", ChannelSocket::create, ChannelSocket::create),
                new Pattern("SCATTER, GATHER", ScatterSocket::create, GatherSocket::create),
                new Pattern("CLIENT, SERVER", ClientSocket::create, ServerSocket::create));
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void whatWaitsWhileAPeerIsAwayReachesItsNextLife(Pattern pattern) {
        ZmtpSocket sender = sockets.add(pattern.sender.apply(Sockets::quick));
        ZmtpSocket receiver = sockets.add(pattern.receiver.get());
        Endpoint at = receiver.bindNow(ANY);
        sender.connectNow(at);
        for (int life = 0; life < 3; life++) {
            awaitPeers(sender, 1);
            receiver.close().block(TIMEOUT);
            awaitPeers(sender, 0);
            String name = life + ".";
            ((Sender) sender)
                    .send(Flux.range(0, 200).map(i -> Message.of(name + i)))
                    .block(TIMEOUT);

            receiver = sockets.add(pattern.receiver.get());
            receiver.bindNow(at.toString());

            assertThat(receive((Receiver) receiver, 200))
                    .startsWith(name + 0, name + 1)
                    .endsWith(name + 199);
        }
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void manyPeersThatComeAndGoLeaveNothingBehind(Pattern pattern) {
        ZmtpSocket receiver = sockets.add(pattern.receiver.get());
        Endpoint at = receiver.bindNow(ANY);
        for (int i = 0; i < 100; i++) {
            ZmtpSocket sender = sockets.add(pattern.sender.apply(Sockets::quick));
            sender.connectNow(at);
            ((Sender) sender).send("" + i).block(TIMEOUT);
            assertThat(receive((Receiver) receiver)).isEqualTo("" + i);
            sender.dispose();
            awaitPeers(receiver, 0);
        }

        ZmtpSocket last = receiver;
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> !(last.outgoing() instanceof RoundRobin out) || out.pipes.isEmpty())
                .blockFirst(TIMEOUT);
    }

    @Test
    void ofManyWhoComeAtOnceAPairHasOneAtATime() {
        PairSocket bound = sockets.add(PairSocket.create());
        Endpoint at = bound.bindNow(ANY);
        for (int i = 0; i < 20; i++) {
            sockets.add(PairSocket.create(Sockets::quick)).connectNow(at);
        }

        StepVerifier.create(bound.onPeer().take(30).map(peer -> {
                    int there = bound.peers().size();
                    peer.dispose();
                    return there;
                }))
                .thenConsumeWhile(there -> there <= 1)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(bound.outgoing()).extracting("pipes").asInstanceOf(LIST).hasSizeLessThanOrEqualTo(1);
    }
}
