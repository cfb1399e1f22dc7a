package io.zmtp.reactive.mechanism;

import static io.zmtp.reactive.mechanism.Blake3Wire.key;
import static io.zmtp.reactive.mechanism.Blake3Wire.nonce;
import static io.zmtp.reactive.mechanism.Step.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.testing.Vectors;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The known connection of BLAKE3ZMQ, put together from its keys. */
class Blake3WireTests {
    private static final Vectors KNOWN = Vectors.load("blake3zmq-handshake");
    private static final byte[] DH1 = KNOWN.hex("dh1");
    private static final byte[] DH2 = KNOWN.hex("dh2");
    private static final byte[] DH3 = KNOWN.hex("dh3");

    private static Command wire(String name) {
        Frame frame = Frame.read(ByteBuffer.wrap(KNOWN.hex(name + "_wire")), 10_000);
        return Command.parse(frame);
    }

    private static byte[] known(String key) {
        return KNOWN.hex("keys", key);
    }

    @Test
    void agreesOnTheKnownSecrets() {
        assertThat(KeyExchange.agree(known("client_transient_secret"), known("server_permanent_public")))
                .isEqualTo(DH1);
        assertThat(KeyExchange.agree(known("server_transient_secret"), known("client_transient_public")))
                .isEqualTo(DH2);
        assertThat(KeyExchange.agree(known("client_permanent_secret"), known("server_transient_public")))
                .isEqualTo(DH3);
    }

    @Test
    void greetsWithTheKnownOctetsAndHashesThemAndAllCommands() {
        Greeting client = Greeting.of("BLAKE3", false);
        Greeting server = Greeting.of("BLAKE3", true);
        assertThat(client.octets()).isEqualTo(KNOWN.bytes("client_greeting"));
        assertThat(server.octets()).isEqualTo(KNOWN.bytes("server_greeting"));
        byte[] hash = Blake3Wire.begin(client, server);
        assertThat(hash).isEqualTo(KNOWN.hex("h0"));
        int number = 1;
        for (String name : new String[] {"hello", "welcome", "initiate", "ready"}) {
            hash = Blake3Wire.next(hash, wire(name));
            assertThat(hash).as(name).isEqualTo(KNOWN.hex("h" + number++));
        }
    }

    @Test
    void makesTheKnownHelloAndWelcome() {
        byte[] hello = ChaChaBox.seal(
                key("HELLO key", DH1),
                nonce("HELLO", known("client_transient_public")),
                new byte[64],
                Blake3Wire.ascii("HELLO"));
        byte[] data = concat(new byte[] {1, 0}, known("client_transient_public"), new byte[96], hello);
        assertThat(wire("hello").data()).isEqualTo(Bytes.wrap(data));
        byte[] cookieBox = ChaChaBox.seal(
                key("cookie", KNOWN.hex("cookie_key")),
                KNOWN.hex("cookie_nonce"),
                concat(known("client_transient_public"), known("server_transient_secret"), KNOWN.hex("h1")),
                Blake3Wire.ascii("COOKIE"));
        byte[] cookie = concat(KNOWN.hex("cookie_nonce"), cookieBox);
        assertThat(cookie).isEqualTo(KNOWN.hex("cookie"));
        byte[] welcome = ChaChaBox.seal(
                key("WELCOME key", DH1),
                nonce("WELCOME", KNOWN.hex("h1")),
                concat(known("server_transient_public"), cookie),
                Blake3Wire.ascii("WELCOME"));
        assertThat(wire("welcome").data()).isEqualTo(Bytes.wrap(welcome));
    }

    @Test
    void makesTheKnownInitiateAndReady() {
        byte[] vouch = Blake3Wire.sealed(
                "VOUCH", concat(known("client_transient_public"), known("server_permanent_public")), DH3);
        assertThat(vouch).isEqualTo(KNOWN.hex("vouch"));
        byte[] proof = concat(known("client_permanent_public"), vouch, KNOWN.hex("client_metadata"));
        byte[] initiate = concat(KNOWN.hex("cookie"), Blake3Wire.sealed("INITIATE", proof, DH2, KNOWN.hex("h2")));
        assertThat(wire("initiate").data()).isEqualTo(Bytes.wrap(initiate));
        byte[] ready = Blake3Wire.sealed("READY", KNOWN.hex("server_metadata"), DH2, KNOWN.hex("h3"));
        assertThat(wire("ready").data()).isEqualTo(Bytes.wrap(ready));
    }

    @Test
    void makesAndOpensTheKnownFrames() {
        FrameCipher client = Blake3Wire.cipher(false, KNOWN.hex("h4"), DH2);
        FrameCipher server = Blake3Wire.cipher(true, KNOWN.hex("h4"), DH2);
        for (Vectors known : KNOWN.list("frames")) {
            boolean toServer = known.text("direction").equals("c2s");
            byte[] text = known.hex("plaintext");
            byte[] octets = Arrays.copyOf(text, text.length + 32);
            int flags = known.number("flags") & ~Frame.LONG;
            assertThat((toServer ? client : server).encrypt(flags, octets, 0, octets.length))
                    .isEqualTo(flags);
            Frame wire = Frame.read(ByteBuffer.wrap(known.hex("wire_frame")), 10_000);
            assertThat(octets).as("%s", known).isEqualTo(wire.body().toByteArray());
            assertThat((toServer ? server : client).decrypt(wire.flags(), octets, 0, octets.length))
                    .isEqualTo(flags);
            assertThat(Arrays.copyOf(octets, text.length)).isEqualTo(text);
        }
    }

    @Test
    void refusesAFrameWithAnotherHeader() {
        for (int flags : new int[] {Frame.MORE, Frame.COMMAND, Frame.LONG, 0x10}) {
            byte[] octets = new byte[50];
            Blake3Wire.cipher(false, new byte[32], DH2).encrypt(0, octets, 0, 50);
            assertThatExceptionOfType(ZmtpProtocolException.class)
                    .isThrownBy(() -> Blake3Wire.cipher(true, new byte[32], DH2).decrypt(flags, octets, 0, 50));
        }
    }

    /** The weakness of the draft, which the documentation tells: a tag does not say which frame it is of. */
    @Test
    void cannotTellThatAFrameWasLost() {
        FrameCipher client = Blake3Wire.cipher(false, new byte[32], DH2);
        FrameCipher server = Blake3Wire.cipher(true, new byte[32], DH2);
        client.encrypt(0, new byte[100], 0, 100);
        byte[] second = new byte[100];
        client.encrypt(0, second, 0, 100);
        assertThat(server.decrypt(0, second, 0, 100)).isZero();
        assertThat(Arrays.copyOf(second, 68)).isNotEqualTo(new byte[68]);
    }
}
