package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What the steps of a handshake with keys share: taking octets apart, putting them together, and failing. */
final class Step {

    private Step() {}

    /** The next octets. */
    static byte[] take(ByteBuffer in, int count) {
        byte[] octets = new byte[count];
        in.get(octets);
        return octets;
    }

    static byte[] concat(byte[]... pieces) {
        int size = 0;
        for (byte[] piece : pieces) {
            size += piece.length;
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (byte[] piece : pieces) {
            all.put(piece);
        }
        return all.array();
    }

    /**
     * Computes away from the event loop. Whatever is wrong with keys, boxes and cookies is the same failure, so that it
     * shows a peer nothing.
     *
     * @param what the command that is wrong if the work yields null
     */
    static <T> Mono<T> compute(Scheduler scheduler, String what, Callable<@Nullable T> work) {
        // A failure is emitted as a value, as Reactor would log an error that comes after the end of the handshake.
        return Mono.fromCallable(() -> outcome(what, work))
                .subscribeOn(scheduler)
                .flatMap(outcome -> outcome);
    }

    private static <T> Mono<T> outcome(String what, Callable<@Nullable T> work) {
        try {
            T made = work.call();
            return made == null ? Mono.error(notAuthentic(what)) : Mono.just(made);
        } catch (Exception failed) {
            return Mono.error(failed);
        }
    }

    private static ZmtpHandshakeException notAuthentic(String what) {
        return new ZmtpHandshakeException(
                Failure.CRYPTO,
                "expected an authentic " + what + ", but what came cannot be opened: it was made with another"
                        + " key, or changed, or came too late");
    }

    /** The data of a command, if its size is between these. */
    static ByteBuffer sized(String name, Bytes data, int least, int most) {
        if (data.size() < least || data.size() > most) {
            throw malformed(
                    name + " with " + (least == most ? "" : "at least ") + least + " octets of data",
                    "one with " + data.size());
        }
        return data.asByteBuffer();
    }

    static ZmtpHandshakeException malformed(String expected, String came) {
        return new ZmtpHandshakeException(Failure.MALFORMED, "expected " + expected + ", but " + came + " came");
    }
}
