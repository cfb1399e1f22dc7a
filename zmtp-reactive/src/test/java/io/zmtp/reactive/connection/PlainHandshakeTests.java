package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static io.zmtp.reactive.testing.RawPeer.property;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class PlainHandshakeTests {
    /** Of a handshake: long enough for what comes first, also on a busy machine. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final String HELLO = "04 14 05'HELLO' 05'admin' 07'hunter2'";
    private static final byte[] PUSH = property("Socket-Type", Hex.parse("'PUSH'"));

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private RawPeer client(Authenticator authenticator) {
        return client(authenticator, TIMEOUT);
    }

    private RawPeer client(Authenticator authenticator, Duration limit) {
        rig.receive(Rig.pull().handshakeTimeout(limit).mechanism(PlainMechanism.server(authenticator)));
        RawPeer peer = rig.peer().sendGreeting("PLAIN", false, 1);
        RawPeer.Greeting greeting = peer.expectGreeting();
        assertThat(greeting.mechanism()).isEqualTo("PLAIN");
        assertThat(greeting.asServer()).isTrue();
        return peer;
    }

    private CompletableFuture<ZmtpConnection> connect() {
        return rig.connect(Rig.push().handshakeTimeout(TIMEOUT).mechanism(PlainMechanism.client("admin", "hunter2")));
    }

    private RawPeer server() {
        RawPeer peer = rig.accepted().sendGreeting("PLAIN", true, 1);
        assertThat(peer.expectGreeting().asServer()).isFalse();
        return peer.expect(HELLO);
    }

    @Test
    void letsAClientInWithTheUserAndThePropertiesOfTheVerdict() {
        AtomicReference<Credentials> seen = new AtomicReference<>();
        RawPeer peer = client(credentials -> {
            seen.set(credentials);
            Metadata roles = Metadata.EMPTY.with("X-Role", Bytes.utf8("boss"));
            return Mono.just(new Verdict.Accept("id-1", roles));
        });
        peer.write(HELLO).expect("04 08 07'WELCOME'");
        peer.sendCommand("INITIATE", PUSH, property("X-Role", Hex.parse("'serf'")), property("X-Own", new byte[0]));
        peer.expect("04 1a 05'READY' 0b'Socket-Type' 00000004'PULL'").writeMessage("hello");
        assertThat(rig.text()).isEqualTo("hello");
        Peer known = rig.connection().peer();
        assertThat(known.userId()).isEqualTo("id-1");
        assertThat(known.properties().text("X-Role")).contains("boss");
        assertThat(known.properties().contains("X-Own")).isTrue();
        assertThat(seen.get().username()).isEqualTo("admin");
        assertThat(seen.get().password()).isEqualTo(Bytes.utf8("hunter2"));
        assertThat(seen.get().address()).isNotNull();
        assertThat(seen.get()).asString().contains("admin", "***").doesNotContain("hunter2");
    }

    @Test
    void showsItsPasswordToAServer() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = server();
        peer.write("04 08 07'WELCOME'").expect("04 1d 08'INITIATE' 0b'Socket-Type' 00000004'PUSH'");
        peer.sendReady("PULL", Map.of("X-Server", Hex.parse("'yes'")));
        assertThat(attempt).succeedsWithin(TIMEOUT);
        assertThat(rig.connection().peer().properties().text("x-server")).contains("yes");
    }

    @Test
    void deliversWhatIsGluedToInitiate() {
        RawPeer peer = client(credentials -> Mono.just(Verdict.accept()));
        peer.write(Hex.parse(HELLO), RawPeer.command("INITIATE", PUSH), Hex.parse("00 04 'glue'"));
        assertThat(rig.text()).isEqualTo("glue");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 500})
    void tellsARefusedClientTheCode(int code) {
        RawPeer peer = client(credentials -> Mono.just(new Verdict.Refuse(code, "not on the list")));
        peer.write(HELLO).expect("04 0a 05'ERROR' 03'" + code + "'");
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.CREDENTIALS, peer);
        assertThat(failure).hasMessageContaining("refused with " + code + ": not on the list");
        assertThat(failure).hasMessageContaining("username=admin");
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.isFatal()).isTrue();
        assertNoPassword(failure);
    }

    @Test
    void saysNothingToAClientThatMayTryLater() {
        RawPeer peer =
                client(credentials -> Mono.just(Verdict.tryLater("busy"))).write(HELLO);
        assertThat(peer.readAll(TIMEOUT)).isEmpty();
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.CREDENTIALS, peer);
        assertThat(failure.code()).isEqualTo(300);
        assertThat(failure.isFatal()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "throw", "empty", "null"})
    void refusesEverybodyWhenTheAuthenticatorFails(String how) {
        RawPeer peer = client(credentials -> switch (how) {
            case "error" -> Mono.error(new IllegalStateException("the database is down"));
            case "throw" -> throw new IllegalStateException("the database is down");
            case "empty" -> Mono.empty();
            default -> null;
        });
        peer.write(HELLO).expect("04 0a 05'ERROR' 03'500'");
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.CREDENTIALS, peer);
        assertThat(failure).hasMessageContaining("the authenticator");
        assertNoPassword(failure);
    }

    @Test
    void closesAtTheHandshakeLimitWhenTheAuthenticatorNeverAnswers() {
        RawPeer peer = client(credentials -> Mono.never(), LIMIT).write(HELLO);
        assertThat(rig.handshakeFailure(Failure.TIMEOUT, peer))
                .hasMessageContaining("an answer of ours to HELLO within PT1S, but the authenticator");
    }

    @Test
    void waitsForAnAuthenticatorOnAnotherThread() {
        Sinks.One<Verdict> verdict = Sinks.one();
        RawPeer peer = client(credentials -> verdict.asMono().publishOn(Schedulers.boundedElastic()));
        peer.write(Hex.parse(HELLO), RawPeer.command("INITIATE", PUSH));
        assertThat(peer.awaitClosed(SHORT.dividedBy(8))).isFalse();
        verdict.tryEmitValue(Verdict.accept("late")).orThrow();
        peer.expect("04 08 07'WELCOME'").expectCommand("READY");
        assertThat(rig.connection().peer().userId()).isEqualTo("late");
    }

    @Test
    void ignoresAVerdictAfterTheHandshakeLimit() {
        Sinks.One<Verdict> verdict = Sinks.one();
        RawPeer peer = client(credentials -> verdict.asMono(), LIMIT).write(HELLO);
        assertThat(peer.readAll(TIMEOUT)).isEmpty();
        verdict.tryEmitValue(Verdict.accept()).orThrow();
        rig.handshakeFailure(Failure.TIMEOUT, peer);
    }

    @ParameterizedTest
    @CsvSource({
        "'', a username",
        "05 'adm', a username that ends beyond",
        "05 'admin', a username that ends beyond",
        "05 'admin' 07 'hunter', 6 octets for 7",
        "05 'admin' 07 'hunter2' 00, 8 octets for 7",
        "ff, a username that ends beyond"
    })
    void refusesAHelloThatCannotBeRead(String data, String text) {
        RawPeer peer = client(credentials -> Mono.just(Verdict.accept())).sendCommand("HELLO", Hex.parse(data));
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.MALFORMED, peer);
        assertThat(failure).hasMessageContaining("expected HELLO").hasMessageContaining(text);
        assertNoPassword(failure);
    }

    @Test
    void takesAnEmptyUserAndPassword() {
        AtomicReference<Credentials> seen = new AtomicReference<>();
        RawPeer peer = client(credentials -> {
            seen.set(credentials);
            return Mono.just(Verdict.accept());
        });
        peer.write("04 08 05'HELLO' 00 00").expectCommand("WELCOME");
        assertThat(seen.get().username()).isEmpty();
        assertThat(seen.get().password()).isEqualTo(Bytes.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INITIATE", "READY", "WELCOME", "PING"})
    void closesWhenAnotherCommandComesInsteadOfHello(String name) {
        RawPeer peer = client(credentials -> Mono.just(Verdict.accept())).sendCommand(name, PUSH);
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer))
                .hasMessageContaining("expected HELLO, but " + name + " came");
    }

    @Test
    void failsAtOnceWhenTwoServersFaceEachOther() {
        rig.receive(Rig.pull().mechanism(PlainMechanism.server(credentials -> Mono.just(Verdict.accept()))));
        RawPeer peer = rig.peer().sendGreeting("PLAIN", true, 1);
        assertThat(rig.handshakeFailure(Failure.MECHANISM, peer))
                .hasMessageContaining("expected a PLAIN client, but the peer announces itself as a PLAIN server");
    }

    @Test
    void hintsAtTheRoleWhenTwoServersFaceEachOtherAndOneHidesIt() {
        RawPeer peer = client(credentials -> Mono.just(Verdict.accept()), LIMIT);
        assertThat(rig.handshakeFailure(Failure.TIMEOUT, peer))
                .hasMessageContaining("expected HELLO within")
                .hasMessageContaining("have the same role");
    }

    @Test
    void hintsAtTheRoleWhenTwoClientsFaceEachOther() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = server().write(HELLO);
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer, attempt))
                .hasMessageContaining("expected WELCOME, but HELLO came: the peer may have the same role");
    }

    @Test
    void tellsTheCallerThatTheServerRefused() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = server().write("04 0a 05'ERROR' 03'400'");
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.PEER_ERROR, peer, attempt);
        assertThat(failure.code()).isEqualTo(400);
        assertThat(failure.isFatal()).isTrue();
        assertNoPassword(failure);
    }

    @Test
    void refusesAWelcomeWithData() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = server().write("04 09 07'WELCOME' 00");
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer, attempt))
                .hasMessageContaining("expected WELCOME without data, but 1 octets of it came");
    }

    @Test
    void keepsThePasswordToItself() {
        PlainMechanism mechanism = PlainMechanism.client("admin", "hunter2");
        assertThat(mechanism).hasToString("PLAIN client");
        assertThatThrownBy(() -> PlainMechanism.client("admin", "hunter2".repeat(40)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("255")
                .hasMessageNotContaining("hunter2");
    }

    private static void assertNoPassword(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            assertThat(at).hasMessageNotContaining("hunter2");
        }
    }
}
