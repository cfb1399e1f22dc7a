package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is changed on the way, nobody gets in, and nobody is told why. */
class CurveTamperTests {
    private static final int TOP_OF_KEY = 111;
    private static final KeyPair SERVER = KeyPair.generate();
    private static final Mechanism CALLING = CurveMechanism.client(SERVER.publicKey(), KeyPair.generate());
    private static final Mechanism SERVING = CurveMechanism.server(SERVER, Authenticator.anyone());

    private static boolean is(Frame frame, String name) {
        return frame.body().startsWith(Bytes.utf8((char) name.length() + name));
    }

    private static Frame flip(Frame frame, int at, int bits) {
        byte[] body = frame.body().toByteArray();
        body[at] ^= (byte) bits;
        return new Frame((byte) frame.flags(), Bytes.wrap(body));
    }

    /** The side that gets the changed command fails, and the other one does not get in; how many answers there were. */
    private static int refuse(String name, UnaryOperator<Frame> change) {
        boolean fromClient = name.equals("HELLO") || name.equals("INITIATE");
        Line[] ends = Line.between("CURVE");
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
        Outcome[] both = Line.talk(ends, CALLING, SERVING);
        Outcome refusing = both[fromClient ? 1 : 0];
        assertThat(changed).isTrue();
        assertThat(refusing.session()).isNull();
        assertThat(refusing.error()).isInstanceOf(io.zmtp.reactive.ZmtpException.class);
        assertThat(both[0].session()).isNull();
        return after.get();
    }

    private static void assertRefused(String name, UnaryOperator<Frame> change) {
        assertThat(refuse(name, change)).as("answers").isZero();
    }

    @ParameterizedTest
    @CsvSource({"HELLO, 200", "WELCOME, 168", "INITIATE, 300", "READY, 65"})
    void nobodyGetsInWhenAnyOctetWasChanged(String name, int size) {
        for (int at = 0; at < size; at++) {
            int place = at;
            assertRefused(name, frame -> flip(frame, place, 1));
            if (!name.equals("HELLO") || at != TOP_OF_KEY) {
                assertRefused(name, frame -> flip(frame, place, 0x80));
            }
        }
    }

    /** Curve25519 does not look at the top bit of a key; the vouch and the cookie do. */
    @Test
    void nobodyGetsInWhenTheTopBitOfTheTransientKeyWasChanged() {
        assertThat(refuse("HELLO", frame -> flip(frame, TOP_OF_KEY, 0x80))).isOne();
    }

    @ParameterizedTest
    @CsvSource({"HELLO, 200", "WELCOME, 168", "INITIATE, 300", "READY, 65"})
    void nobodyGetsInWithACommandThatIsShorterOrLonger(String name, int size) {
        for (int less = 1; less < size; less += 7) {
            int end = size - less;
            assertRefused(name, frame -> Frame.command(frame.body().slice(0, end)));
        }
        assertRefused(name, frame -> {
            byte[] longer = new byte[size + 1];
            frame.body().copyTo(0, longer, 0, size);
            return Frame.command(Bytes.wrap(longer));
        });
    }

    /** A key, a cookie, a box: what is wrong makes no difference, not even to the one who is told. */
    @ParameterizedTest
    @CsvSource({
        "HELLO, 80", // C'
        "HELLO, 112", // nonce
        "HELLO, 120", // tag
        "HELLO, 199", // box
        "INITIATE, 9", // nonce of the cookie
        "INITIATE, 40", // cookie
        "INITIATE, 105", // nonce
        "INITIATE, 113", // tag
        "INITIATE, 299", // metadata
        "WELCOME, 8", // nonce
        "WELCOME, 24", // tag
        "WELCOME, 167", // cookie
        "READY, 13", // nonce
        "READY, 14", // tag
        "READY, 64" // metadata
    })
    void allThatCannotBeOpenedFailsAlike(String name, int at) {
        boolean fromClient = name.equals("HELLO") || name.equals("INITIATE");
        Line[] ends = Line.between("CURVE");
        ends[fromClient ? 0 : 1].onTheWay(frame -> is(frame, name) ? flip(frame, at, 1) : frame);
        Outcome refusing = Line.talk(ends, CALLING, SERVING)[fromClient ? 1 : 0];
        assertThat(refusing.error())
                .isInstanceOfSatisfying(
                        io.zmtp.reactive.ZmtpHandshakeException.class,
                        thrown -> assertThat(thrown.failure()).isEqualTo(Failure.CRYPTO))
                .hasMessage("expected an authentic " + name + ", but what came cannot be opened: it was made with"
                        + " another key, or changed, or came too late");
    }

    @Test
    void nobodyGetsInWithAnotherCommandInstead() {
        for (String name : new String[] {"HELLO", "WELCOME", "INITIATE", "READY"}) {
            assertRefused(
                    name, frame -> Command.ready(Line.metadata("DEALER", "")).frame());
            assertRefused(name, frame -> Command.of("MESSAGE", frame.body()).frame());
        }
    }
}
