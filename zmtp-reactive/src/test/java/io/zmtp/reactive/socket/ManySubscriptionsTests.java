package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Subscriptions that come together, as those of a peer that connects. */
class ManySubscriptionsTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        peers.forEach(RawPeer::close);
    }

    private RawPeer connect(ZmtpSocket socket, String type) {
        RawPeer peer = RawPeer.connect(socket.bindNow("tcp://127.0.0.1:*").toString());
        peers.add(peer);
        peer.handshakeNull(type);
        return peer;
    }

    private static Stream<Command> subscribes(int count) {
        return IntStream.range(0, count).mapToObj(i -> Command.subscribe(Bytes.utf8("t" + i)));
    }

    /** In one write; a PING that is read behind it, not with it, is answered when all were handled. */
    private static void sendTogether(RawPeer peer, Stream<Command> commands) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        commands.forEach(command -> octets.writeBytes(command.frame().octets().toByteArray()));
        peer.write(octets.toByteArray());
        for (int i = 0; i < 2; i++) {
            peer.sendCommand("PING", new byte[2]);
            peer.expectCommand("PONG");
        }
    }

    private static List<String> received(XPubSocket xpub) {
        List<String> notices = new ArrayList<>();
        Disposable receiver = xpub.receive().subscribe(notice -> notices.add(text(notice)));
        receiver.dispose();
        return notices;
    }

    private static String text(Message notice) {
        Bytes octets = notice.first();
        return (octets.byteAt(0) == 1 ? "+" : "-")
                + octets.slice(1, octets.size()).utf8();
    }

    @Test
    void allCountAndAreReceivedInOrder() {
        XPubSocket xpub = sockets.open(XPubSocket::create);
        RawPeer sub = connect(xpub, "SUB");
        sendTogether(sub, subscribes(3_000));

        assertThat(received(xpub))
                .isEqualTo(IntStream.range(0, 3_000).mapToObj(i -> "+t" + i).toList());
        xpub.send("t2999").then(xpub.send("u")).then(xpub.send("t0")).block(TIMEOUT);
        sub.expect("00 05 't2999' 00 02 't0'");
    }

    @Test
    void whoReceivesAtOnceSeesWhatBeganAndEndedTogether() {
        XPubSocket xpub = sockets.open(XPubSocket::create);
        List<String> notices = new ArrayList<>();
        sockets.add(xpub.receive().subscribe(notice -> notices.add(text(notice))));
        RawPeer sub = connect(xpub, "SUB");

        sendTogether(
                sub,
                Stream.of(
                        Command.subscribe(Bytes.utf8("c")),
                        Command.subscribe(Bytes.utf8("d")),
                        Command.cancel(Bytes.utf8("d")),
                        Command.cancel(Bytes.utf8("c")),
                        Command.cancel(Bytes.utf8("never"))));

        assertThat(notices).containsExactly("+c", "+d", "-d", "-c");
    }

    @Test
    void thoseBeyondTheLimitAreReportedEach() {
        PubSocket pub = sockets.open(PubSocket::create, options -> options.maxSubscriptions(10));
        RawPeer sub = connect(pub, "SUB");
        sendTogether(sub, subscribes(300));

        assertThat(pub.drops()).isEqualTo(Map.of(DropReason.TOO_MANY_SUBSCRIPTIONS, 290L));
        pub.send("t9").then(pub.send("u10")).then(pub.send("t0")).block(TIMEOUT);
        sub.expect("00 02 't9' 00 02 't0'");
    }

    @Test
    void whoReceivesAtOnceMissesNoNoticeThatHasALimit() {
        XPubSocket xpub =
                sockets.open(XPubSocket::create, options -> options.verbose().maxSubscriptions(10));
        List<String> notices = new ArrayList<>();
        sockets.add(xpub.receive().subscribe(notice -> notices.add(text(notice))));
        RawPeer sub = connect(xpub, "SUB");

        sendTogether(
                sub, Stream.generate(() -> Command.subscribe(Bytes.utf8("a"))).limit(100));

        assertThat(notices).hasSize(100).containsOnly("+a");
        assertThat(xpub.drops()).isEmpty();
    }

    @Test
    void aManualOneReceivesEach() {
        XPubSocket xpub = sockets.open(XPubSocket::create, SocketOptions::manual);
        RawPeer sub = connect(xpub, "SUB");
        sendTogether(sub, subscribes(20));

        assertThat(received(xpub)).hasSize(20);
        xpub.send("t1").block(TIMEOUT); // nobody is subscribed before the application says so
        sub.sendCommand("PING", new byte[2]);
        sub.expectCommand("PONG");
    }

    @Test
    void eachIsGivenItsLastValue() {
        PubSocket pub = sockets.open(PubSocket::create, options -> options.lastValueCache(100));
        pub.send(Flux.just(Message.of("t0", "0"), Message.of("u", "1"), Message.of("t1", "2")))
                .block(TIMEOUT);
        RawPeer sub = connect(pub, "SUB");
        Sockets.awaitPeers(pub, 1);
        sub.write("04 0c 09 'SUBSCRIBE' 't1' 04 0c 09 'SUBSCRIBE' 't0'");

        sub.expect("01 02 't1' 00 01 '2' 01 02 't0' 00 01 '0'");
    }

    @Test
    void areNoGroups() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        RawPeer dish = connect(radio, "DISH");

        sendTogether(dish, subscribes(5));

        radio.send(Message.of("t0", "body")).block(TIMEOUT);
        sendTogether(dish, Stream.of(Command.join(Bytes.utf8("t1"))));
        radio.send(Message.of("t1", "body")).block(TIMEOUT);
        dish.expect("01 02 't1' 00 04 'body'");
        assertThat(radio.drops()).isEmpty();
    }

    @Test
    void endTogether() {
        PubSocket pub = sockets.open(PubSocket::create);
        RawPeer sub = connect(pub, "SUB");
        sendTogether(sub, subscribes(3).flatMap(one -> Stream.of(one, one)));

        sendTogether(sub, Stream.of(Command.cancel(Bytes.utf8("t0")), Command.cancel(Bytes.utf8("t1"))));

        pub.send("t0").then(pub.send("t1")).then(pub.send("t2")).block(TIMEOUT);
        sub.expect("00 02 't2'");
    }
}
