package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Whether the peer is alive: PING and PONG, the peer's TTL, the idle limit (RFC 37, "Connection Heartbeating"). Lives on
 * the event loop, except the times, which any thread may read.
 *
 * <p>A PING is answered only when the peer has read all that was written before it. Where that may be much, silence is no
 * sign of death until it has lasted several timeouts, and it begins anew whenever a transport that had stopped taking our
 * octets takes some.
 */
final class Liveness {

    /** So many timeouts may pass in silence while the peer may have much to read before it finds the PING. */
    static final int PATIENCE = 10;

    /**
     * A peer that does not read further has more octets than these: as a rule it reads a thousand messages ahead of its
     * application.
     */
    private static final long MAX_UNANSWERED_BYTES = 16 * 1024;

    private final ZmtpHandler handler;
    private final @Nullable ChannelPipe pipe;
    private final Executor loop;
    private final SilenceTimer idle;
    private final SilenceTimer silence;
    private final SilenceTimer ttl;
    private @Nullable Disposable pinging;
    /** Numbers the PINGs, so that a PONG is timed only if it answers the last one. */
    private int pings;

    private long pingedAt;
    private int pongs;

    /** The first PING of those under way, 0 for none, and what had been taken when it was sent. */
    private int marked;

    private long markedAt;
    /** How much the peer has read, as it has answered a PING behind that. */
    private long read;

    /** How much the transport had taken when it was looked at last, and whether it was stuck. */
    private long taken;

    private boolean stuck;
    private long takenWhenIdle;
    private Duration pingTtl = Duration.ZERO;
    private volatile Duration idleTimeout = Duration.ZERO;
    private volatile long lastActivity = System.nanoTime();
    private volatile long lastReceived;
    private volatile boolean received;

    Liveness(ZmtpHandler handler, Lifecycle life, @Nullable ChannelPipe pipe, Executor loop) {
        this.handler = handler;
        this.pipe = pipe;
        this.loop = loop;
        idle = new SilenceTimer(
                loop, () -> life.expire(Reason.IDLE, "nothing came or went for " + idleTimeout), this::whileIdle);
        silence = new SilenceTimer(
                loop,
                () -> life.expire(
                        Reason.HEARTBEAT,
                        isBehind()
                                ? "expected an octet within " + PATIENCE + " heartbeat timeouts from a peer that has "
                                        + (handler.writer().taken() - read) + " octets to read, none came"
                                : "expected an octet within the heartbeat timeout, none came"),
                this::whileSilent);
        ttl = new SilenceTimer(
                loop,
                () -> life.expire(Reason.HEARTBEAT, "expected an octet within the TTL that the peer set, none came"),
                () -> 1);
    }

    /** Begins after the handshake. */
    void start(ConnectionSpec<?> spec) {
        if (spec.heartbeatInterval.isZero()) {
            return;
        }
        Duration ttl = spec.heartbeatTtl;
        pingTtl = ttl;
        Duration timeout = spec.heartbeatTimeout;
        long interval = spec.heartbeatInterval.toNanos();
        pinging = Schedulers.parallel()
                .schedulePeriodically(
                        () -> loop.execute(() -> ping(ttl, timeout)), interval, interval, TimeUnit.NANOSECONDS);
    }

    /** From here on the peer has to give a sign of life; before, it had no reason to. */
    private void ping(Duration ttl, Duration timeout) {
        if (handler.ping(Command.ping(ttl, pipe == null ? Bytes.EMPTY : context(pings + 1)))) {
            pings++;
            pingedAt = System.nanoTime();
            if (marked == 0) {
                marked = pings;
                markedAt = handler.writer().taken();
            }
        }
        silence.arm(timeout);
    }

    /** What every PING has, as the peer goes by the last one. */
    Duration ttl() {
        return pingTtl;
    }

    private int whileSilent() {
        long now = handler.writer().taken();
        if (stuck && now != taken) {
            silence.touch(); // the peer's side made room
        }
        taken = now;
        stuck = handler.writer().isStuck();
        return isBehind() ? PATIENCE : 1;
    }

    /** Whether the peer may have much to read before it comes to our PING, if that could be written at all. */
    private boolean isBehind() {
        return stuck || handler.writer().taken() - read > MAX_UNANSWERED_BYTES;
    }

    /** A large piece, such as a file, goes bit by bit. */
    private int whileIdle() {
        long now = handler.writer().taken();
        if (now != takenWhenIdle) {
            takenWhenIdle = now;
            idle.touch();
        }
        return 1;
    }

    private void ponged() {
        if (pongs < pings) {
            pongs++;
        }
        if (marked > 0 && pongs >= marked) {
            read = markedAt;
            marked = 0;
        }
    }

    void idleTimeout(Duration limit) {
        idleTimeout = limit;
        loop.execute(() -> idle.start(limit));
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    void onRead() {
        long now = System.nanoTime();
        lastActivity = now;
        lastReceived = now;
        received = true;
        idle.touch();
        silence.stop();
        ttl.touch();
    }

    void onWrite() {
        lastActivity = System.nanoTime();
        idle.touch();
    }

    /** We stopped reading, or go on: what we do not read cannot show whether the peer lives. */
    void rest(boolean resting) {
        idle.rest(resting);
        silence.rest(resting);
        ttl.rest(resting);
    }

    /** Whether a frame is PING or PONG. */
    static boolean isHeartbeat(Frame frame) {
        String name = frame.isCommand() ? Command.parse(frame).name() : "";
        return name.equals(Command.PING) || name.equals(Command.PONG);
    }

    /** Takes a command that belongs to heartbeats; false for any other. */
    boolean take(Command command) {
        switch (command.name()) {
            case Command.PING -> {
                handler.control(Command.pong(command.pingContext()));
                ttl.start(command.pingTtl());
                return true;
            }
            case Command.PONG -> {
                ponged();
                if (pipe != null && pings > 0 && answersLast(command.pongContext())) {
                    pipe.roundTrip(Duration.ofNanos(System.nanoTime() - pingedAt));
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** Whether a PONG is for the last PING: over WebSocket libzmq gives no context back, but answers each in turn. */
    private boolean answersLast(Bytes context) {
        return context.isEmpty() ? pongs == pings : context.equals(context(pings));
    }

    private static Bytes context(int number) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    Duration idleTime() {
        return Duration.ofNanos(System.nanoTime() - lastActivity);
    }

    boolean hasReceived() {
        return received;
    }

    long lastReceived() {
        return lastReceived;
    }

    void touchReceived() {
        lastReceived = System.nanoTime();
        received = true;
    }

    void stop() {
        idle.stop();
        silence.stop();
        ttl.stop();
        if (pinging != null) {
            pinging.dispose();
        }
    }
}
