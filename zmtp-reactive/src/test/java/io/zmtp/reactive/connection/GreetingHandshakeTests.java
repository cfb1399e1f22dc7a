package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static io.zmtp.reactive.testing.RawPeer.greeting;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class GreetingHandshakeTests {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource({"0, the greeting", "1, the greeting", "32, the greeting", "64, READY"})
    void closesAPeerThatFallsSilentAfter(int octets, String awaited) {
        rig.receive(Rig.pull().handshakeTimeout(SHORT));
        RawPeer silent = rig.peer().write(Arrays.copyOf(greeting("NULL", false, 1), octets));
        assertThat(rig.handshakeFailure(Failure.TIMEOUT, silent))
                .hasMessageContaining("expected " + awaited + " within PT0.4S, but it did not come")
                .hasMessageContaining("have the same role");
        rig.assertServesAGoodPeer();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 64})
    void givesUpAServerThatFallsSilentAfter(int octets) {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push().handshakeTimeout(SHORT));
        RawPeer silent = rig.accepted().write(Arrays.copyOf(greeting("NULL", false, 1), octets));
        rig.handshakeFailure(Failure.TIMEOUT, silent, attempt);
    }

    @Test
    void countsTheLimitFromTheBeginningAndNotFromTheLastOctet() throws Exception {
        rig.receive(Rig.pull().handshakeTimeout(SHORT));
        RawPeer dripping = rig.peer();
        byte[] greeting = greeting("NULL", false, 1);
        long begin = System.nanoTime();
        long written = Flux.interval(Duration.ofMillis(100), Schedulers.boundedElastic())
                .take(greeting.length)
                .doOnNext(tick -> dripping.write(new byte[] {greeting[tick.intValue()]}))
                .onErrorComplete() // the octet that met the closed connection
                .count()
                .toFuture()
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(written).isBetween(1L, 40L);
        rig.handshakeFailure(Failure.TIMEOUT, dripping);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(SHORT);
    }

    @Test
    void servesAPeerThatSendsOctetByOctet() {
        rig.receive(Rig.pull());
        RawPeer slow = rig.peer();
        slow.writeSlowly(greeting("NULL", false, 1));
        slow.expectGreeting();
        slow.writeSlowly(Hex.parse("04 1a 05'READY' 0b'Socket-Type' 00000004'PUSH' 01 01 'a' 00 02 'bc'"));
        slow.expectCommand("READY");
        assertThat(rig.text()).isEqualTo("a|bc");
    }

    @Test
    void sendsItsWholeGreetingUnasked() {
        rig.receive(Rig.pull());
        rig.peer().expect("ff 0000000000000000 7f 03 01 'NULL'" + "00".repeat(16) + "00" + "00".repeat(31));
    }

    @ParameterizedTest
    @CsvSource({
        "01 00, ZMTP 1.0",
        "ff 0000000000000001 7e, ZMTP 1.0",
        "ff 0000000000000001 7f 00, ZMTP 2.x or older",
        "ff 0000000000000001 7f 01, ZMTP 2.x or older",
        "ff 0000000000000001 7f 02, ZMTP 2.x or older",
        "'''GET / HTTP/1.1''0d0a0d0a', no ZMTP at all",
        "16 03 01 00 f8 01, no ZMTP at all"
    })
    void refusesAPeerThatBeginsWith(String octets, String version) {
        rig.receive(Rig.pull());
        RawPeer old = rig.peer().write(octets.replace("''", "'"));
        assertThat(rig.handshakeFailure(Failure.VERSION, old))
                .hasMessageContaining(", but the peer speaks ZMTP")
                .hasMessageContaining(version);
        rig.assertServesAGoodPeer();
    }

    @Test
    void tellsTheCallerThatAServerSpeaksSomethingElse() {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer http = rig.accepted().write("'HTTP/1.1 400 Bad Request' 0d0a0d0a");
        assertThat(rig.handshakeFailure(Failure.VERSION, http, attempt))
                .hasMessageContaining("0x485454502f312e31203430");
    }

    @Test
    void servesAPeerOfAHigherVersion() {
        rig.receive(Rig.pull());
        byte[] greeting = greeting("NULL", false, 7);
        greeting[10] = 4;
        RawPeer newer = rig.peer().write(greeting);
        assertThat(newer.expectGreeting().major()).isEqualTo(3);
        newer.sendReady("PUSH").expectCommand("READY");
        newer.writeMessage("from the future");
        assertThat(rig.text()).isEqualTo("from the future");
        assertThat(rig.connection().peer())
                .satisfies(peer -> assertThat(peer.major() + "." + peer.minor()).isEqualTo("4.7"));
    }

    @Test
    void looksAtNeitherPaddingNorFillerNorTheRoleOverNull() {
        rig.receive(Rig.pull());
        byte[] greeting = greeting("NULL", true, 1);
        Arrays.fill(greeting, 1, 9, (byte) 0xA5);
        Arrays.fill(greeting, 33, 64, (byte) 0x5A);
        RawPeer odd = rig.peer().write(greeting).sendReady("PUSH");
        odd.writeMessage("taken");
        assertThat(rig.text()).isEqualTo("taken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "CURVE", "null", "NULLX", "NUL", "TWENTY-OCTETS-OF-IT."})
    void closesWhenThePeerAnnouncesAnotherMechanism(String mechanism) {
        rig.receive(Rig.pull());
        RawPeer other = rig.peer().sendGreeting(mechanism, false, 1);
        assertThat(other.expectGreeting().mechanism())
                .as("our full greeting went out")
                .isEqualTo("NULL");
        assertThat(other.readAll(TIMEOUT)).as("and nothing behind it").isEmpty();
        assertThat(rig.handshakeFailure(Failure.MECHANISM, other))
                .hasMessageEndingWith("expected mechanism NULL, but the peer announces " + mechanism);
        rig.assertServesAGoodPeer();
    }

    @Test
    void tellsTheCallerThatTheServerAnnouncesAnotherMechanism() {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer other = rig.accepted().sendGreeting("CURVE", true, 1);
        other.expectGreeting();
        assertThat(rig.handshakeFailure(Failure.MECHANISM, other, attempt).isFatal())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NU\0L", "NULL\0\0x", "NU LL", "NULL\u007f"})
    void refusesAMechanismThatIsNoName(String mechanism) {
        rig.receive(Rig.pull());
        RawPeer odd = rig.peer().sendGreeting(mechanism, false, 1);
        assertThat(rig.handshakeFailure(Failure.MALFORMED, odd)).hasMessageContaining("padded with zeros, but it is");
        rig.assertServesAGoodPeer();
    }

    @Test
    void swallowsWhatARefusedPeerStillSends() {
        rig.receive(Rig.pull());
        RawPeer refused = rig.peer().sendGreeting("CURVE", false, 1);
        refused.expectGreeting();
        assertThat(refused.awaitClosed(TIMEOUT)).isTrue();
        long begin = System.nanoTime();
        byte[] rubbish = new byte[1 << 20];
        for (int i = 0; i < 32; i++) {
            refused.write(rubbish);
        }
        refused.close();
        rig.end();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("32 MiB are thrown away at once, more than buffers hold")
                .isLessThan(Duration.ofMillis(1900));
    }
}
