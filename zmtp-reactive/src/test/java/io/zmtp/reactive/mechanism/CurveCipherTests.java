package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.crypto.SecretBox;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.Vectors;
import io.zmtp.reactive.wire.Frame;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurveCipherTests {
    private static final Vectors KNOWN = Vectors.load("curve-handshake");
    static final List<Vectors> MESSAGES = KNOWN.list("messages");
    private static final String TO_SERVER = "CurveZMQMESSAGEC";
    private static final String TO_CLIENT = "CurveZMQMESSAGES";

    private static CurveCipher cipher(String sending, long firstSent, String receiving, long lastReceived) {
        return new CurveCipher(KNOWN.hex("shared_connection"), sending, firstSent, receiving, lastReceived);
    }

    private static byte[] encrypt(CurveCipher cipher, int flags, byte[] body) {
        byte[] octets = new byte[cipher.prefix() + body.length + cipher.suffix()];
        System.arraycopy(body, 0, octets, cipher.prefix(), body.length);
        assertThat(cipher.encrypt(flags, octets, 0, octets.length)).isZero();
        return octets;
    }

    private static byte[] payload(CurveCipher cipher, byte[] opened) {
        return Arrays.copyOfRange(opened, cipher.prefix(), opened.length - cipher.suffix());
    }

    /** The octets that come with this nonce. */
    private static byte[] message(long nonce) {
        return encrypt(cipher(TO_CLIENT, nonce, TO_SERVER, 0), 0, new byte[] {1, 2, 3});
    }

    private static void assertRefused(CurveCipher cipher, byte[] octets) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> cipher.decrypt(0, octets, 0, octets.length))
                .withMessageStartingWith("expected an authentic MESSAGE");
    }

    private static void assertTaken(CurveCipher cipher, byte[] octets) {
        byte[] copy = octets.clone();
        assertThat(cipher.decrypt(0, copy, 0, copy.length)).isZero();
        assertThat(payload(cipher, copy)).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void makesAndOpensTheKnownMessages(Vectors known) {
        boolean toServer = known.text("direction").equals("c2s");
        String prefix = toServer ? TO_SERVER : TO_CLIENT;
        String other = toServer ? TO_CLIENT : TO_SERVER;
        long nonce = Long.parseUnsignedLong(known.text("short_nonce"), 16);
        int flags = known.number("flags") == 2 ? Frame.COMMAND : known.number("flags");
        byte[] sent = encrypt(cipher(prefix, nonce, other, 0), flags, known.hex("payload"));
        assertThat(sent).isEqualTo(known.hex("body"));
        CurveCipher receiver = cipher(other, 1, prefix, nonce - 1);
        assertThat(receiver.decrypt(0, sent, 0, sent.length)).isEqualTo(flags);
        assertThat(payload(receiver, sent)).isEqualTo(known.hex("payload"));
    }

    @Test
    void worksInTheMiddleOfAnArray() {
        byte[] octets = new byte[5 + 33 + 4 + 6];
        Arrays.fill(octets, 38, 42, (byte) 9);
        cipher(TO_CLIENT, 2, TO_SERVER, 0).encrypt(Frame.MORE, octets, 5, 42);
        assertThat(cipher(TO_SERVER, 3, TO_CLIENT, 1).decrypt(0, octets, 5, 42)).isEqualTo(Frame.MORE);
        assertThat(Arrays.copyOfRange(octets, 38, 42)).containsOnly(9);
        assertThat(Arrays.copyOf(octets, 5)).containsOnly(0);
        assertThat(Arrays.copyOfRange(octets, 42, 48)).containsOnly(0);
    }

    @Test
    void refusesAMessageChangedInAnyOctet() {
        byte[] message = message(7);
        for (int at = 0; at < message.length; at++) {
            for (int bit : new int[] {1, 0x80}) {
                byte[] changed = message.clone();
                changed[at] ^= (byte) bit;
                assertRefused(cipher(TO_SERVER, 3, TO_CLIENT, 1), changed);
            }
        }
    }

    @Test
    void refusesARepeatedOrOlderMessage() {
        CurveCipher cipher = cipher(TO_SERVER, 3, TO_CLIENT, 1);
        assertTaken(cipher, message(5));
        assertRefused(cipher, message(5));
        assertRefused(cipher, message(4));
    }

    @Test
    void refusesTheNonceOfReadyAndTakesTheNext() {
        assertRefused(cipher(TO_SERVER, 3, TO_CLIENT, 1), message(1));
        assertTaken(cipher(TO_SERVER, 3, TO_CLIENT, 1), message(2));
    }

    @Test
    void takesAGap() {
        CurveCipher cipher = cipher(TO_SERVER, 3, TO_CLIENT, 1);
        assertTaken(cipher, message(4));
        assertTaken(cipher, message(9));
        assertTaken(cipher, message(1L << 40));
    }

    @Test
    void comparesNoncesUnsigned() {
        CurveCipher cipher = cipher(TO_SERVER, 3, TO_CLIENT, Long.MAX_VALUE);
        assertTaken(cipher, message(Long.MIN_VALUE));
        assertTaken(cipher, message(-1));
        assertRefused(cipher, message(1));
    }

    /** A forged one must not use up the nonces of those that come. */
    @Test
    void remembersTheNonceOfAuthenticMessagesOnly() {
        CurveCipher cipher = cipher(TO_SERVER, 3, TO_CLIENT, 1);
        byte[] forged = message(1000);
        forged[33] ^= 1;
        assertRefused(cipher, forged);
        assertTaken(cipher, message(2));
    }

    @Test
    void refusesItsOwnMessagesSentBack() {
        CurveCipher cipher = cipher(TO_SERVER, 3, TO_CLIENT, 1);
        byte[] own = encrypt(cipher, 0, new byte[3]);
        assertRefused(cipher, own);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x08, 0x40, 0x80, 0x05, 0xff})
    void refusesReservedFlags(int flags) {
        byte[] octets = new byte[33];
        octets[32] = (byte) flags;
        byte[] name = Hex.parse("07 'MESSAGE' 0000000000000002");
        System.arraycopy(name, 0, octets, 0, name.length);
        SecretBox.of(KNOWN.hex("shared_connection"), Hex.parse("'" + TO_CLIENT + "'"))
                .seal(2, octets, 16, 33);
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> cipher(TO_SERVER, 3, TO_CLIENT, 1).decrypt(0, octets, 0, 33))
                .withMessageContaining("flags MORE or COMMAND, but they are " + flags);
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.COMMAND, Frame.COMMAND | Frame.LONG, Frame.MORE, Frame.LONG})
    void ignoresTheFlagsOfTheFrameAround(int flags) {
        byte[] message = message(2);
        assertThat(cipher(TO_SERVER, 3, TO_CLIENT, 1).decrypt(flags, message, 0, message.length))
                .isZero();
    }

    @Test
    void neverUsesANonceTwice() {
        CurveCipher cipher = cipher(TO_CLIENT, -1, TO_SERVER, 0);
        encrypt(cipher, 0, new byte[1]);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(ZmtpProtocolException.class)
                    .isThrownBy(() -> encrypt(cipher, 0, new byte[1]))
                    .withMessageContaining("used up");
        }
    }
}
