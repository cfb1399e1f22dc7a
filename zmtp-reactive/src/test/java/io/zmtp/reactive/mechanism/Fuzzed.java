package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Limits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import reactor.core.scheduler.Schedulers;

/**
 * Handshakes with peers that say what the octets say. The first one decides who: bit 0, whether ours is the server; bit 1,
 * whether the others are the frames that a peer sends, or what is changed on the way between our client and our server.
 */
final class Fuzzed {
    static final KeyPair SERVER = KeyPair.of(Bytes.z85("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"));
    static final KeyPair CLIENT = KeyPair.of(Bytes.z85("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"));

    private Fuzzed() {}

    static void handshake(String name, Mechanism client, Mechanism server, byte[] data) {
        if (data.length == 0) {
            return;
        }
        Line[] ends = Line.between(name);
        ends[0].scheduler = Schedulers.immediate();
        ends[1].scheduler = Schedulers.immediate();
        boolean serving = (data[0] & 1) != 0;
        if ((data[0] & 2) == 0) {
            speak(serving ? ends[1] : ends[0], serving ? server : client, Arrays.copyOfRange(data, 1, data.length));
        } else {
            int[] at = {1};
            ends[serving ? 0 : 1].onTheWay(frame -> changed(frame, data, at));
            for (Line.Outcome outcome : Line.talk(ends, client, server)) {
                check(outcome.error());
            }
        }
    }

    /** All that comes is there from the beginning. */
    private static void speak(Line end, Mechanism mechanism, byte[] wire) {
        ByteBuffer in = ByteBuffer.wrap(wire);
        try {
            for (Frame frame; (frame = Frame.read(in, Limits.MAX_HANDSHAKE_COMMAND)) != null; ) {
                end.arrive(frame);
            }
        } catch (ZmtpException malformed) {
            malformed.getMessage();
        }
        end.arrive(null);
        mechanism.handshake(end).subscribe(session -> session.toString(), Fuzzed::check);
    }

    /** Where, and to what, in groups of three octets. */
    private static Frame changed(Frame frame, byte[] data, int[] at) {
        byte[] body = frame.body().toByteArray();
        while (at[0] + 2 < data.length) {
            int where = (data[at[0]] & 0xff) << 8 | data[at[0] + 1] & 0xff;
            if (where >= body.length) {
                at[0] += 3;
                break;
            }
            body[where] ^= data[at[0] + 2];
            at[0] += 3;
        }
        return frame.isLong() ? new Frame((byte) frame.flags(), Bytes.wrap(body)) : Frame.command(Bytes.wrap(body));
    }

    private static void check(Throwable error) {
        boolean named = error == null
                || error instanceof ZmtpException
                || (error instanceof IllegalStateException && "cut".equals(error.getMessage()));
        if (!named) {
            throw new AssertionError("fails without a name", error);
        }
    }
}
