package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TcpTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void tellsThePortThatWasPicked() {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        assertThat(binding.endpoint().port()).isPositive();
        assertThat(binding.endpoint().toString())
                .isEqualTo("tcp://127.0.0.1:" + binding.endpoint().port());
    }

    @Test
    void bindsAllAddresses() {
        Binding binding = opened.bind(pull(), "tcp://*:*");
        opened.connect(push(), "tcp://127.0.0.1:" + binding.endpoint().port());
        assertThat(binding.endpoint().anyHost()).isTrue();
    }

    @Test
    void speaksOverIpv6() throws Exception {
        assumeIpv6();
        passesAMessage(opened.pair("tcp://[::1]:*"));
    }

    @Test
    void keepsTheSpellingOfAnIpv6Address() throws Exception {
        assumeIpv6();
        Binding binding = opened.bind(pull(), "tcp://[::1]:*");
        assertThat(binding.endpoint().host()).isEqualTo("::1");
    }

    private static void assumeIpv6() throws Exception {
        Assumptions.assumeTrue(
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress()),
                "this machine has no ::1");
    }

    @Test
    void bindsByTheNameOfAnInterface() throws Exception {
        Assumptions.assumeTrue(NetworkInterface.getByName("lo") != null, "this machine has no interface lo");
        Binding binding = opened.bind(pull(), "tcp://lo:*");
        opened.connect(push(), binding.endpoint().toString());
    }

    @Test
    void resolvesAHostNameWithoutBlocking() {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        StepVerifier.create(
                        push().connect("tcp://localhost:" + binding.endpoint().port())
                                .doOnNext(opened::keep)
                                .then()
                                .subscribeOn(Schedulers.parallel()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void bindsAHostName() {
        passesAMessage(opened.pair("tcp://localhost:*"));
    }

    @Test
    void refusesToConnectToAllAddresses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> push().connect("tcp://*:5555"))
                .withMessageContaining("tcp://*:5555")
                .withMessageContaining("for binding");
    }

    @Test
    void refusesToConnectToAnyPort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> push().connect("tcp://127.0.0.1:*"))
                .withMessageContaining("port");
    }

    @Test
    void refusesATransportThatHasNoConnections() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> push().connect("udp://127.0.0.1:5555"))
                .withMessageContaining("udp");
    }

    @Test
    void failsToBindAPortInUse() {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        StepVerifier.create(pull().bind(binding.endpoint()))
                .expectError(BindException.class)
                .verify(TIMEOUT);
    }

    @Test
    void failsToBindAnAddressThatIsNotOurs() {
        StepVerifier.create(pull().bind("tcp://192.0.2.1:*"))
                .expectError(BindException.class)
                .verify(TIMEOUT);
    }

    @Test
    void bindsAgainAfterDisposal() {
        Binding first = opened.bind(pull(), "tcp://127.0.0.1:*");
        first.dispose();
        StepVerifier.create(first.onDispose()).expectComplete().verify(TIMEOUT);
        assertThat(first.isDisposed()).isTrue();
        opened.bind(pull(), first.endpoint().toString());
    }

    @Test
    void keepsConnectionsWhenTheBindingIsDisposed() {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        ZmtpConnection client = opened.connect(push(), binding.endpoint().toString());
        ZmtpConnection server = opened.keep(Opened.first(binding));
        binding.dispose();
        binding.onDispose().block(TIMEOUT);
        passesAMessage(new Pair(client, server));
    }

    @Test
    void failsWhenNobodyListens() {
        int port;
        try (RawListener listener = RawPeer.listen()) {
            port = listener.port();
        }
        StepVerifier.create(push().connect("tcp://127.0.0.1:" + port))
                .expectError(ConnectException.class)
                .verify(TIMEOUT);
    }

    @Test
    void failsWhenAHostIsUnknown() {
        StepVerifier.create(push().connect("tcp://no-such-host.invalid:5555"))
                .expectError(UnknownHostException.class)
                .verify(Duration.ofSeconds(40));
    }

    @Test
    void failsToBindAnUnknownHost() {
        StepVerifier.create(pull().bind("tcp://no-such-host.invalid:*"))
                .expectError(UnknownHostException.class)
                .verify(Duration.ofSeconds(40));
    }

    @Test
    void opensAConnectionForEachSubscriber() {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        var connect = push().connect(binding.endpoint()).doOnNext(opened::keep);
        StepVerifier.create(Flux.concat(connect, connect)
                        .map(c -> c.localAddress().orElseThrow())
                        .distinct())
                .expectNextCount(2)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void doesNotDialBeforeSubscription() {
        try (RawListener listener = RawPeer.listen()) {
            push().connect(listener.endpoint());
            assertThat(listener.isDialledWithin(Duration.ofMillis(100))).isFalse();
        }
    }

    @Test
    void knowsBothAddresses() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        assertThat(pair.client().localAddress()).isEqualTo(pair.server().remoteAddress());
        assertThat(pair.client().remoteAddress()).isEqualTo(pair.server().localAddress());
        assertThat(pair.client().peerProcessId()).isEmpty();
    }

    private static void passesAMessage(Pair pair) {
        pair.client().send(Message.of("over", "there")).block(TIMEOUT);
        StepVerifier.create(pair.server().receive().take(1))
                .expectNext(Message.of("over", "there"))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
