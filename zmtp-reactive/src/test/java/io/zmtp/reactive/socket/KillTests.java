package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.OtherJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Peers in other processes, which are killed: no farewell, and no chance to write anything out. */
class KillTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    final Sockets sockets = new Sockets();

    @TempDir
    Path folder;

    private static List<Integer> numbers(List<String> lines) {
        return lines.stream().map(Integer::valueOf).toList();
    }

    private static Message next(LinkedTransferQueue<Message> came) {
        try {
            Message message = came.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as("the next message").isNotNull();
            return message;
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    private static boolean isWhole(Message message) {
        return message.equals(PeerMain.numbered(Integer.parseInt(message.first().utf8())));
    }

    @Test
    @Timeout(180)
    void whatAKilledSenderSentIsWholeAndInOrderAndTheNextOneIsServed() {
        PullSocket pull = sockets.add(PullSocket.create());
        Endpoint at = pull.bindNow(ANY);
        LinkedTransferQueue<Message> came = new LinkedTransferQueue<>();
        sockets.add(pull.receive().subscribe(came::add));
        List<Message> first = new ArrayList<>();

        try (OtherJvm push = OtherJvm.start(PeerMain.class, "push", at.toString())) {
            push.line();
            for (int i = 0; i < 1000; i++) {
                first.add(next(came));
            }
        }
        Sockets.awaitPeers(pull, 0);
        came.drainTo(first);

        assertThat(first).allMatch(KillTests::isWhole);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i).first().utf8()).isEqualTo("" + i);
        }
        try (OtherJvm next = OtherJvm.start(PeerMain.class, "push", at.toString())) {
            next.line();
            assertThat(next(came)).isEqualTo(PeerMain.numbered(0));
        }
    }

    /** What was written to it is lost with it, and nothing else; what is told is no more than that. */
    @Test
    @Timeout(180)
    void aKilledReceiverLosesWhatItWasSentAndTheNextOneGetsTheRestInOrder() {
        Drops drops = new Drops();
        PushSocket push =
                sockets.add(PushSocket.create(options -> Sockets.quick(options).recorder(drops)));
        List<MonitorEvent.Disconnected> ends = new ArrayList<>();
        sockets.add(push.monitor().ofType(MonitorEvent.Disconnected.class).subscribe(ends::add));
        int sent = 20_000;
        List<String> got = new ArrayList<>();
        List<String> gotNext = new ArrayList<>();
        Endpoint at;
        CompletableFuture<Void> sending;

        try (OtherJvm pull = OtherJvm.start(PeerMain.class, "pull", ANY)) {
            at = push.connectNow(pull.line());
            sending = push.send(Flux.range(0, sent).map(PeerMain::numbered)).toFuture();
            for (int i = 0; i < 1000; i++) {
                got.add(pull.line());
            }
            got.addAll(pull.kill());
        }
        try (OtherJvm next = OtherJvm.start(PeerMain.class, "pull", at.toString())) {
            assertThat(next.line()).as("the port is free at once").isEqualTo(at.toString());
            for (String line = ""; !line.equals("" + (sent - 1)); ) {
                line = next.line();
                gotNext.add(line);
            }
        }

        assertThat(sending).succeedsWithin(TIMEOUT);
        List<Integer> all = new ArrayList<>(numbers(got.subList(0, got.size() - 1)));
        all.addAll(numbers(gotNext));
        assertThat(all).isSorted().doesNotHaveDuplicates();
        assertThat(numbers(gotNext)).hasSize(sent - numbers(gotNext).get(0));
        long told =
                ends.stream().mapToLong(end -> end.closed().unsentMessages()).sum();
        assertThat(told).isLessThanOrEqualTo(sent - all.size());
        assertThat(drops.of(DropReason.PEER_GONE)).isEqualTo(told);
    }

    @Test
    void whatIsSentWhileAKilledReceiverIsAwayAllArrives() {
        PushSocket push = sockets.add(PushSocket.create(Sockets::quick));
        Endpoint at;
        try (OtherJvm pull = OtherJvm.start(PeerMain.class, "pull", ANY)) {
            at = push.connectNow(pull.line());
            push.send("0").block(TIMEOUT);
            assertThat(pull.line()).isEqualTo("0");
        }
        Sockets.awaitPeers(push, 0);
        push.send(Flux.range(1, 200).map(i -> Message.of("" + i))).block(TIMEOUT);

        try (OtherJvm next = OtherJvm.start(PeerMain.class, "pull", at.toString())) {
            next.line();
            for (int i = 1; i <= 200; i++) {
                assertThat(next.line()).isEqualTo("" + i);
            }
        }
    }

    @Test
    void theFileOfAKilledPeerIsNoObstacle() {
        String at = "ipc://" + folder.resolve("socket");
        PushSocket push = sockets.add(PushSocket.create(Sockets::quick));
        push.connectNow(at);
        for (int life = 0; life < 2; life++) {
            try (OtherJvm pull = OtherJvm.start(PeerMain.class, "pull", at)) {
                assertThat(pull.line()).isEqualTo(at);
                push.send("" + life).block(TIMEOUT);
                assertThat(pull.line()).isEqualTo("" + life);
            }
            Sockets.awaitPeers(push, 0);
        }
    }

    @Test
    void aRequestToAKilledPeerFailsAndIsAskedAgain() {
        ReqSocket req = sockets.add(ReqSocket.create(Sockets::quick));
        Endpoint at;
        try (OtherJvm rep = OtherJvm.start(PeerMain.class, "rep", ANY)) {
            at = req.connectNow(rep.line());
            Mono<Message> asked = req.request("die").cache();
            sockets.add(asked.subscribe(reply -> {}, failed -> {}));
            assertThat(rep.line()).isEqualTo("die");
            rep.kill();
            StepVerifier.create(asked).expectError(ZmtpClosedException.class).verify(TIMEOUT);
        }
        try (OtherJvm next = OtherJvm.start(PeerMain.class, "rep", at.toString())) {
            next.line();
            StepVerifier.create(req.request("again").map(Message::text))
                    .expectNext("re: again")
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }
}
