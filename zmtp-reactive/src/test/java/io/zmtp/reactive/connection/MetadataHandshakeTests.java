package io.zmtp.reactive.connection;

import static io.zmtp.reactive.testing.RawPeer.command;
import static io.zmtp.reactive.testing.RawPeer.greeting;
import static io.zmtp.reactive.testing.RawPeer.property;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataHandshakeTests {
    private static final byte[] PUSH = property("Socket-Type", Hex.parse("'PUSH'"));

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private RawPeer sendReady(byte[]... properties) {
        return rig.peer().write(greeting("NULL", false, 1)).write(command("READY", properties));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Socket-Type", "socket-type", "SOCKET-TYPE"})
    void readsPropertyNamesInAnyCase(String name) {
        rig.receive(Rig.pull());
        sendReady(property(name, Hex.parse("'PUSH'"))).writeMessage("hello");
        assertThat(rig.text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource({"PULL", "PUB", "push", "'PUSH '", "NONSENSE", "''", "STREAM"})
    void refusesASocketTypeThatDoesNotTalkToOurs(String type) {
        rig.receive(Rig.pull());
        RawPeer peer = sendReady(property("Socket-Type", type.getBytes(StandardCharsets.US_ASCII)));
        peer.expectGreeting();
        peer.expectCommand("READY");
        byte[] reason = peer.expectCommand("ERROR");
        assertThat(new String(reason, 1, reason[0], StandardCharsets.US_ASCII)).isNotBlank();
        assertThat(rig.handshakeFailure(Failure.SOCKET_TYPE, peer))
                .hasMessageContaining("expected for our PULL one of [PUSH], but")
                .hasMessageContaining(type.isEmpty() ? "no Socket-Type" : type);
        rig.assertServesAGoodPeer();
    }

    @Test
    void refusesAPeerThatDoesNotSayItsSocketType() {
        rig.receive(Rig.pull());
        RawPeer peer = sendReady(property("X-Other", new byte[3]));
        assertThat(rig.handshakeFailure(Failure.SOCKET_TYPE, peer)).hasMessageContaining("no Socket-Type came");
    }

    @Test
    void tellsTheCallerThatTheServersSocketTypeDoesNotFit() {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer peer = rig.accepted().sendGreeting("NULL", false, 1).sendReady("REP");
        assertThat(rig.handshakeFailure(Failure.SOCKET_TYPE, peer, attempt))
                .hasMessageContaining("expected for our PUSH one of [PULL], but REP came");
    }

    @ParameterizedTest
    @CsvSource({
        "00, it is empty",
        "00 00000004 'PUSH', it is empty",
        "05 'abc', expected a property name of 5 octets",
        "ff, expected a property name of 255 octets",
        "03 'abc', four octets of value size",
        "03 'abc' 000000, four octets of value size",
        "03 'abc' 00000005 'four', expected a value of 5 octets",
        "03 'abc' 7fffffff 'four', expected a value of 2147483647 octets",
        "03 'abc' 80000000 'four', its size is 2147483648",
        "03 'abc' ffffffff 'four', its size is 4294967295",
        "03 'a' 0a 'c' 00000000, printable ASCII",
        "03 'a' ff 'c' 00000000, printable ASCII"
    })
    void refusesPropertiesThatCannotBeRead(String octets, String text) {
        rig.receive(Rig.pull());
        RawPeer peer = sendReady(PUSH, Hex.parse(octets));
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer)).hasMessageContaining(text);
        rig.assertServesAGoodPeer();
    }

    @Test
    void takesAThousandProperties() {
        rig.receive(Rig.pull());
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            many.writeBytes(property("X-" + i, new byte[] {(byte) i}));
        }
        sendReady(many.toByteArray(), PUSH);
        Peer peer = rig.connection().peer();
        assertThat(peer.properties().size()).isEqualTo(1001);
        assertThat(peer.properties().get("x-999")).contains(Bytes.of((byte) 999));
    }

    @Test
    void takesTheFirstOfSeveralPropertiesWithOneName() {
        rig.receive(Rig.pull());
        sendReady(
                PUSH,
                property("X-Name", Hex.parse("'first'")),
                property("socket-type", Hex.parse("'PULL'")),
                property("x-nAME", Hex.parse("'second'")));
        Peer peer = rig.connection().peer();
        assertThat(peer.socketType()).isEqualTo(SocketType.PUSH);
        assertThat(peer.properties().text("X-NAME")).contains("first");
        assertThat(peer.properties().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 65_537})
    void takesMetadataOfAtMost64KiBInAll(int body) {
        rig.receive(Rig.pull());
        int overhead = 6 + PUSH.length + 1 + "X-Large".length() + 4;
        RawPeer peer = sendReady(PUSH, property("X-Large", new byte[body - overhead]));
        if (body == 65_536) {
            assertThat(rig.connection().peer().properties().get("X-Large"))
                    .hasValueSatisfying(value -> assertThat(value.size()).isEqualTo(body - overhead));
        } else {
            assertThat(rig.handshakeFailure(Failure.MALFORMED, peer)).hasMessageContaining("at most 65536 octets");
            rig.assertServesAGoodPeer();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 61", "1, 61", "255, 61", "1, 00", "5, 00", "255, 00"})
    void takesARoutingIdOfUpTo255Octets(int size, String octet) {
        rig.receive(Rig.pull());
        byte[] id = Hex.parse(octet.repeat(size));
        sendReady(PUSH, property("Identity", id));
        assertThat(rig.connection().peer().routingId()).isEqualTo(Bytes.of(id));
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 2000})
    void refusesARoutingIdThatIsTooLong(int size) {
        rig.receive(Rig.pull());
        RawPeer peer = sendReady(PUSH, property("Identity", new byte[size]));
        peer.expectGreeting();
        peer.expectCommand("READY");
        peer.expectCommand("ERROR");
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer))
                .hasMessageContaining("expected a routing id of at most 255 octets, but one of " + size + " came");
        rig.assertServesAGoodPeer();
    }

    @Test
    void announcesItsOwnProperties() {
        rig.connect(ZmtpClient.create()
                .socketType(SocketType.DEALER)
                .routingId(Bytes.utf8("me"))
                .metadata("X-Build", Bytes.utf8("7")));
        RawPeer peer = rig.accepted().sendGreeting("NULL", false, 1);
        peer.expectGreeting();
        peer.expect("04 38 05'READY' 0b'Socket-Type' 00000006'DEALER' 08'Identity' 00000002'me'"
                + "07'X-Build' 00000001'7'");
        peer.sendReady("ROUTER", Map.of("X-Answer", Hex.parse("'42'")));
        assertThat(rig.connection().peer().properties().text("X-Answer")).contains("42");
    }
}
