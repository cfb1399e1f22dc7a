package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is changed on the way, nobody gets in, and nobody is told why. */
class TamperTests {
    private static final int TOP_OF_KEY = 111;
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();

    /** The mechanisms with keys. */
    enum Kind {
        CURVE(CurveMechanism.client(SERVER.publicKey(), CLIENT), CurveMechanism.server(SERVER, Authenticator.anyone())),
        BLAKE3(
                Blake3Mechanism.client(SERVER.publicKey(), CLIENT),
                Blake3Mechanism.server(SERVER, Authenticator.anyone()));

        final Mechanism calling;
        final Mechanism serving;

        Kind(Mechanism calling, Mechanism serving) {
            this.calling = calling;
            this.serving = serving;
        }
    }

    private static boolean is(Frame frame, String name) {
        return frame.body().startsWith(Bytes.utf8((char) name.length() + name));
    }

    private static Frame flip(Frame frame, int at, int bits) {
        byte[] body = frame.body().toByteArray();
        body[at] ^= (byte) bits;
        return new Frame((byte) frame.flags(), Bytes.wrap(body));
    }

    /** The side that gets the changed command fails, and the other one does not get in; how many answers there were. */
    private static int refuse(Kind kind, String name, UnaryOperator<Frame> change) {
        boolean fromClient = name.equals("HELLO") || name.equals("INITIATE");
        Line[] ends = Line.between(kind.name());
        AtomicBoolean changed = new AtomicBoolean();
        AtomicInteger after = new AtomicInteger();
        ends[fromClient ? 0 : 1].onTheWay(frame -> {
            if (is(frame, name)) {
                changed.set(true);
                return change.apply(frame);
            }
            return frame;
        });
        ends[fromClient ? 1 : 0].onTheWay(frame -> {
            after.addAndGet(changed.get() ? 1 : 0);
            return frame;
        });
        Outcome[] both = Line.talk(ends, kind.calling, kind.serving);
        Outcome refusing = both[fromClient ? 1 : 0];
        assertThat(changed).isTrue();
        assertThat(refusing.session()).isNull();
        assertThat(refusing.error()).isInstanceOf(ZmtpException.class);
        assertThat(both[0].session()).isNull();
        return after.get();
    }

    private static void assertRefused(Kind kind, String name, UnaryOperator<Frame> change) {
        assertThat(refuse(kind, name, change)).as("answers").isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "CURVE, HELLO, 200",
        "CURVE, WELCOME, 168",
        "CURVE, INITIATE, 300",
        "CURVE, READY, 65",
        "BLAKE3, HELLO, 232",
        "BLAKE3, WELCOME, 224",
        "BLAKE3, INITIATE, 364",
        "BLAKE3, READY, 73"
    })
    void nobodyGetsInWhenAnyOctetWasChanged(Kind kind, String name, int size) {
        for (int at = 0; at < size; at++) {
            int place = at;
            assertRefused(kind, name, frame -> flip(frame, place, 1));
            if (kind == Kind.BLAKE3 || !name.equals("HELLO") || at != TOP_OF_KEY) {
                assertRefused(kind, name, frame -> flip(frame, place, 0x80));
            }
        }
    }

    /** Curve25519 does not look at the top bit of a key; the vouch and the cookie do. */
    @Test
    void nobodyGetsInWhenTheTopBitOfTheTransientKeyWasChanged() {
        assertThat(refuse(Kind.CURVE, "HELLO", frame -> flip(frame, TOP_OF_KEY, 0x80)))
                .isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "CURVE, HELLO, 200",
        "CURVE, WELCOME, 168",
        "CURVE, INITIATE, 300",
        "CURVE, READY, 65",
        "BLAKE3, HELLO, 232",
        "BLAKE3, WELCOME, 224",
        "BLAKE3, INITIATE, 364",
        "BLAKE3, READY, 73"
    })
    void nobodyGetsInWithACommandThatIsShorterOrLonger(Kind kind, String name, int size) {
        for (int less = 1; less < size; less += 7) {
            int end = size - less;
            assertRefused(kind, name, frame -> Frame.command(frame.body().slice(0, end)));
        }
        assertRefused(kind, name, frame -> {
            byte[] longer = new byte[size + 1];
            frame.body().copyTo(0, longer, 0, size);
            return Frame.command(Bytes.wrap(longer));
        });
    }

    /** Before anything is computed. */
    @ParameterizedTest
    @CsvSource({
        "CURVE, HELLO, 1",
        "CURVE, HELLO, -1",
        "CURVE, WELCOME, 1",
        "CURVE, WELCOME, -1",
        "CURVE, INITIATE, -53", // all of the metadata, and one
        "BLAKE3, HELLO, 1",
        "BLAKE3, HELLO, -1",
        "BLAKE3, WELCOME, 1",
        "BLAKE3, WELCOME, -1",
        "BLAKE3, INITIATE, -53"
    })
    void refusesACommandForItsSizeAlone(Kind kind, String name, int more) {
        boolean fromClient = name.equals("HELLO") || name.equals("INITIATE");
        Line[] ends = Line.between(kind.name());
        ends[fromClient ? 0 : 1].onTheWay(frame -> is(frame, name)
                ? Frame.command(Bytes.wrap(
                        Arrays.copyOf(frame.body().toByteArray(), frame.body().size() + more)))
                : frame);
        Outcome refusing = Line.talk(ends, kind.calling, kind.serving)[fromClient ? 1 : 0];
        assertThat(refusing.error())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        thrown -> assertThat(thrown.failure()).isEqualTo(Failure.MALFORMED))
                .hasMessageContaining("octets of data");
    }

    /** A key, a cookie, a box: what is wrong makes no difference, not even to the one who is told. */
    @ParameterizedTest
    @CsvSource({
        "CURVE, HELLO, 80", // C'
        "CURVE, HELLO, 112", // nonce
        "CURVE, HELLO, 120", // tag
        "CURVE, HELLO, 199", // box
        "CURVE, INITIATE, 9", // nonce of the cookie
        "CURVE, INITIATE, 40", // cookie
        "CURVE, INITIATE, 105", // nonce
        "CURVE, INITIATE, 113", // tag
        "CURVE, INITIATE, 299", // metadata
        "CURVE, WELCOME, 8", // nonce
        "CURVE, WELCOME, 24", // tag
        "CURVE, WELCOME, 167", // cookie
        "CURVE, READY, 13", // nonce
        "CURVE, READY, 14", // tag
        "CURVE, READY, 64", // metadata
        "BLAKE3, HELLO, 39", // C'
        "BLAKE3, HELLO, 140", // box
        "BLAKE3, HELLO, 231", // tag
        "BLAKE3, WELCOME, 8", // box
        "BLAKE3, INITIATE, 9", // nonce of the cookie
        "BLAKE3, INITIATE, 60", // cookie
        "BLAKE3, INITIATE, 161", // C
        "BLAKE3, INITIATE, 363", // tag
        "BLAKE3, READY, 6", // metadata
        "BLAKE3, READY, 72" // tag
    })
    void allThatCannotBeOpenedFailsAlike(Kind kind, String name, int at) {
        boolean fromClient = name.equals("HELLO") || name.equals("INITIATE");
        Line[] ends = Line.between(kind.name());
        ends[fromClient ? 0 : 1].onTheWay(frame -> is(frame, name) ? flip(frame, at, 1) : frame);
        Outcome refusing = Line.talk(ends, kind.calling, kind.serving)[fromClient ? 1 : 0];
        assertThat(refusing.error())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        thrown -> assertThat(thrown.failure()).isEqualTo(Failure.CRYPTO))
                .hasMessage("expected an authentic " + name + ", but what came cannot be opened: it was made with"
                        + " another key, or changed, or came too late");
    }

    @ParameterizedTest
    @EnumSource
    void nobodyGetsInWithAnotherCommandInstead(Kind kind) {
        for (String name : new String[] {"HELLO", "WELCOME", "INITIATE", "READY"}) {
            assertRefused(
                    kind,
                    name,
                    frame -> Command.ready(Line.metadata("DEALER", "")).frame());
            assertRefused(
                    kind, name, frame -> Command.of("MESSAGE", frame.body()).frame());
        }
    }
}
