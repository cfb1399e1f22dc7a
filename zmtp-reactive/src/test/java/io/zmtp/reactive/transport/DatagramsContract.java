package io.zmtp.reactive.transport;

import static io.zmtp.reactive.transport.Udp.TIMEOUT;
import static io.zmtp.reactive.transport.Udp.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpSendException;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** What senders and receivers do on whatever event loops. */
abstract class DatagramsContract {
    final Udp udp;

    DatagramsContract(boolean isNative) {
        udp = new Udp(isNative);
    }

    @AfterEach
    void close() {
        udp.close();
    }

    static Mono<Void> send(DatagramSender sender, String group, String body) {
        return sender.send(Bytes.utf8(group), Bytes.utf8(body));
    }

    @Test
    void sendsGroupAndBodyAsOneDatagram() throws IOException {
        DatagramSocket raw = udp.raw();
        DatagramSender sender = udp.sender(Udp.endpoint(raw));
        StepVerifier.create(send(sender, "news", "hello").then(send(sender, "", "")))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(Udp.receive(raw).hex()).isEqualTo("046e65777368656c6c6f");
        assertThat(Udp.receive(raw).hex()).isEqualTo("00");
    }

    @Test
    void sendsTheLargestDatagramWhole() throws IOException {
        DatagramSocket raw = udp.raw();
        DatagramSender sender = udp.sender(Udp.endpoint(raw));
        Bytes body = Bytes.utf8("x".repeat(8190));
        StepVerifier.create(sender.send(Bytes.utf8("g"), body)).expectComplete().verify(TIMEOUT);
        assertThat(Udp.receive(raw)).isEqualTo(Bytes.utf8("\u0001g" + body.utf8()));
    }

    @Test
    void refusesToSendWhatIsTooLarge() throws IOException {
        DatagramSender sender = udp.sender(Udp.endpoint(udp.raw()));
        StepVerifier.create(send(sender, "g", "x".repeat(8191)))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
        StepVerifier.create(send(sender, "g".repeat(256), ""))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }

    @Test
    void receivesGroupAndBodyAsTwoParts() throws IOException {
        DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*");
        DatagramSocket raw = udp.raw();
        Udp.send(raw, receiver.endpoint(), Bytes.hex("046e65777368656c6c6f"));
        Udp.send(raw, receiver.endpoint(), Bytes.hex("00"));
        StepVerifier.create(receiver.receive().take(2))
                .expectNext(message("news", "hello"), message("", ""))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void tellsWhereADatagramCameFrom() throws IOException {
        DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*");
        DatagramSocket one = udp.raw();
        DatagramSocket two = udp.raw();
        for (DatagramSocket raw : new DatagramSocket[] {one, one, two}) {
            Udp.send(raw, receiver.endpoint(), Bytes.hex("00"));
        }
        StepVerifier.create(receiver.receive().take(3).map(DatagramsContract::from))
                .expectNext(one.getLocalSocketAddress(), one.getLocalSocketAddress(), two.getLocalSocketAddress())
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static SocketAddress from(Message message) {
        return message.peer().map(Peer::address).orElseThrow();
    }

    @Test
    void carriesTheLargestMessageFromSenderToReceiver() {
        DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*");
        DatagramSender sender = udp.sender(receiver.endpoint());
        String group = "g".repeat(255);
        String body = "x".repeat(7936);
        StepVerifier.create(receiver.receive())
                .then(() -> send(sender, group, body).subscribe())
                .expectNext(message(group, body))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void sendsToAnIpv6Address() {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine");
        DatagramReceiver receiver = udp.receiver("udp://[::1]:*");
        assertThat(receiver.endpoint().toString()).matches("udp://\\[::1]:[0-9]+");
        DatagramSender sender = udp.sender(receiver.endpoint());
        StepVerifier.create(receiver.receive())
                .then(() -> send(sender, "g", "six").subscribe())
                .expectNext(message("g", "six"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void receivesAtAllAddressesOfBothFamilies() {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine");
        DatagramReceiver receiver = udp.receiver("udp://*:*");
        assertThat(receiver.endpoint().anyHost()).isTrue();
        DatagramSender four = udp.sender(receiver.endpoint().withHost("127.0.0.1"));
        DatagramSender six = udp.sender(receiver.endpoint().withHost("::1"));
        StepVerifier.create(receiver.receive())
                .then(() -> send(four, "g", "four").subscribe())
                .expectNext(message("g", "four"))
                .then(() -> send(six, "g", "six").subscribe())
                .expectNext(message("g", "six"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void failsWhenTheAddressIsTaken() {
        Endpoint taken = udp.receiver("udp://127.0.0.1:*").endpoint();
        StepVerifier.create(DatagramReceiver.bind(taken, udp.loops, Map.of(), 8, group -> true))
                .expectErrorSatisfies(failed ->
                        assertThat(failed).isInstanceOf(BindException.class).hasMessageContaining(taken.toString()))
                .verify(TIMEOUT);
    }

    @Test
    void setsSocketOptions() {
        Endpoint endpoint = Endpoint.parse("udp://255.255.255.255:9");
        StepVerifier.create(send(udp.sender(endpoint), "g", ""))
                .expectError(IOException.class) // without the option the system refuses to
                .verify(TIMEOUT);
        udp.sender(Endpoint.parse("udp://127.0.0.1:9"), Map.of(ChannelOption.SO_BROADCAST, true));
    }

    @Test
    void aClosedSenderFails() throws IOException {
        DatagramSender sender = udp.sender(Udp.endpoint(udp.raw()));
        assertThat(sender.isDisposed()).isFalse();
        StepVerifier.create(sender.close().then(sender.onClose()))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(sender.isDisposed()).isTrue();
        StepVerifier.create(send(sender, "g", ""))
                .expectError(IOException.class)
                .verify(TIMEOUT);
        assertThat(sender.dropped()).isZero();
    }

    @Test
    void aClosedReceiverCompletesBehindWhatWaits() throws IOException {
        DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*");
        Udp.send(udp.raw(), receiver.endpoint(), Bytes.hex("0167"));
        StepVerifier.create(receiver.receive(), 0)
                .thenRequest(1)
                .expectNext(message("g", ""))
                .then(receiver::dispose)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(receiver.onClose()).expectComplete().verify(TIMEOUT);
        assertThat(receiver.isDisposed()).isTrue();
    }

    @Test
    void anotherReceiverTakesThePortOfAClosedOne() {
        DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*");
        StepVerifier.create(receiver.close()).expectComplete().verify(TIMEOUT);
        assertThat(udp.receiver(receiver.endpoint().toString()).endpoint()).isEqualTo(receiver.endpoint());
    }

    @Test
    void leavesNoPortBehindWhenBindingIsGivenUp() throws IOException {
        Endpoint endpoint = Endpoint.parse("udp://127.0.0.1:" + Udp.freePort());
        Mono<DatagramReceiver> bind = DatagramReceiver.bind(endpoint, udp.loops, Map.of(), 8, group -> true);
        Duration longest = Duration.ofMillis(2);
        Flux.range(0, 400)
                .concatMap(time -> bind.doOnNext(DatagramReceiver::dispose)
                        .timeout(longest.dividedBy(200).multipliedBy(time % 200))
                        .onErrorComplete())
                .blockLast(TIMEOUT);
        StepVerifier.create(bind.retryWhen(Retry.fixedDelay(100, Duration.ofMillis(10)))
                        .flatMap(DatagramReceiver::close))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void bindsAnInterfaceByItsName() throws IOException {
        NetworkInterface loopback =
                NetworkInterface.getByInetAddress(new InetSocketAddress("127.0.0.1", 0).getAddress());
        DatagramReceiver receiver = udp.receiver("udp://" + loopback.getName() + ":*");
        assertThat(receiver.endpoint().host()).isEqualTo("127.0.0.1");
    }

    private static boolean hasIpv6Loopback() {
        try (Stream<NetworkInterface> cards = NetworkInterface.networkInterfaces()) {
            return cards.flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(address -> address.isLoopbackAddress() && address.getAddress().length == 16);
        } catch (IOException e) {
            return false;
        }
    }
}
