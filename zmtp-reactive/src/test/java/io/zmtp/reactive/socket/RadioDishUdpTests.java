package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.wire.Datagram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class RadioDishUdpTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private RadioSocket radio() {
        return sockets.add(RadioSocket.create(Sockets::quick));
    }

    private DishSocket dish() {
        return sockets.add(DishSocket.create());
    }

    @Test
    void deliversToAGroupThatWasJoined() {
        DishSocket dish = dish();
        dish.join("g");
        RadioSocket radio = radio();
        radio.connectNow(dish.bindNow("udp://127.0.0.1:*"));

        radio.send(Flux.just(Message.of("other", "1"), Message.of("g", "2"), Message.of("g", "")))
                .block(TIMEOUT);

        StepVerifier.create(dish.receive().take(2))
                .expectNext(Message.of("g", "2"), Message.of("g", ""))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void writesTheGroupsSizeTheGroupAndTheBody() throws IOException {
        try (DatagramSocket raw = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            raw.setSoTimeout((int) TIMEOUT.toMillis());
            RadioSocket radio = radio();
            radio.connectNow("udp://127.0.0.1:" + raw.getLocalPort());
            radio.send("group", "body").block(TIMEOUT);

            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            raw.receive(packet);

            assertThat(Arrays.copyOf(packet.getData(), packet.getLength()))
                    .isEqualTo("\5groupbody".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void ignoresDatagramsThatAreNone() throws IOException {
        DishSocket dish = dish();
        dish.join("g");
        Endpoint at = dish.bindNow("udp://127.0.0.1:*");
        try (DatagramSocket raw = new DatagramSocket()) {
            raw.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port()));
            for (String octets : new String[] {"", "\u0005g", "\1g1"}) {
                byte[] data = octets.getBytes(StandardCharsets.ISO_8859_1);
                raw.send(new DatagramPacket(data, data.length));
            }
        }
        StepVerifier.create(dish.receive().next())
                .expectNext(Message.of("g", "1"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void reportsDatagramsThatItDiscards() throws IOException {
        DishSocket dish = dish();
        dish.join("g");
        Endpoint at = dish.bindNow("udp://127.0.0.1:*");
        byte[] tooLong = new byte[Datagram.MAX_SIZE + 100];
        tooLong[0] = 1;
        tooLong[1] = 'g';
        StepVerifier.create(Sockets.drops(dish, DropReason.MALFORMED)
                        .map(dropped -> dropped.message().first().size())
                        .take(2))
                .then(() -> {
                    try (DatagramSocket raw = new DatagramSocket()) {
                        raw.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port()));
                        for (byte[] data : new byte[][] {{5, 'g'}, tooLong}) {
                            raw.send(new DatagramPacket(data, data.length));
                        }
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                })
                .expectNext(2, Datagram.MAX_SIZE + 1)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(dish.drops()).containsEntry(DropReason.MALFORMED, 2L);
    }

    @Test
    void reachesEveryMemberOfAMulticastGroup() {
        DishSocket one = dish();
        DishSocket two = dish();
        one.join("g");
        two.join("g");
        Endpoint at = one.bindNow("udp://lo;239.255.17.4:*");
        two.bindNow(at.toString());
        RadioSocket radio = radio();
        radio.connectNow(at);

        radio.send("g", "all").block(TIMEOUT);

        StepVerifier.create(Flux.merge(one.receive().next(), two.receive().next()))
                .expectNext(Message.of("g", "all"), Message.of("g", "all"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendsOverUdpAndTcpAtATime() {
        DishSocket datagrams = dish();
        datagrams.join("g");
        DishSocket stream = dish();
        stream.join("g");
        RadioSocket radio = radio();
        radio.connectNow(datagrams.bindNow("udp://127.0.0.1:*"));
        stream.connectNow(radio.bindNow("tcp://127.0.0.1:*"));
        radio.awaitSubscribers("g", 1).block(TIMEOUT);

        radio.send("g", "both").block(TIMEOUT);

        StepVerifier.create(
                        Flux.merge(datagrams.receive().next(), stream.receive().next()))
                .expectNext(Message.of("g", "both"), Message.of("g", "both"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void failsWhatDoesNotFitIntoADatagram() {
        RadioSocket radio = radio();
        radio.connectNow("udp://127.0.0.1:9");
        StepVerifier.create(radio.send(Message.of(Bytes.utf8("g"), Bytes.wrap(new byte[8191]))))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
        StepVerifier.create(radio.send(Message.of(Bytes.utf8("g"), Bytes.wrap(new byte[8190]))))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void triesANameAgainThatCannotBeLookedUp() {
        RadioSocket radio = radio();
        StepVerifier.create(radio.monitor().ofType(MonitorEvent.Retrying.class).next())
                .then(() -> radio.connectNow("udp://no-such-host.invalid:9"))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void onlyDishBindsAndOnlyRadioConnects() {
        StepVerifier.create(radio().bind("udp://127.0.0.1:*"))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
        StepVerifier.create(dish().connect("udp://127.0.0.1:9"))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
        StepVerifier.create(sockets.add(PubSocket.create()).connect("udp://127.0.0.1:9"))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
    }

    @Test
    void refusesUdpWhereAMechanismIsSet() {
        DishSocket dish =
                sockets.add(DishSocket.create(options -> options.mechanism(PlainMechanism.client("name", "password"))));
        StepVerifier.create(dish.bind("udp://127.0.0.1:*"))
                .expectErrorSatisfies(refused -> assertThat(refused)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("PLAIN"))
                .verify(TIMEOUT);
    }

    @Test
    void unbindingFreesThePort() {
        DishSocket dish = dish();
        Endpoint at = dish.bindNow("udp://127.0.0.1:*");
        StepVerifier.create(dish().bind(at)).expectError(BindException.class).verify(TIMEOUT);
        dish.unbind(at).block(TIMEOUT);

        assertThat(dish().bindNow(at.toString())).isEqualTo(at);
    }

    @Test
    void closingWritesWhatWaits() {
        DishSocket dish = dish();
        dish.join("g");
        RadioSocket radio = radio();
        radio.connectNow(dish.bindNow("udp://127.0.0.1:*"));

        StepVerifier.create(dish.receive().take(100).count())
                .then(() -> radio.send(Flux.range(0, 100).map(i -> Message.of("g", "" + i)))
                        .then(radio.close())
                        .block(TIMEOUT))
                .expectNext(100L)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
