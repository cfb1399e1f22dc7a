package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/** What is between a socket of ours and one of another implementation: nothing, or CURVE, with heartbeats both ways. */
enum Lock {
    NONE,
    WE_SERVE_CURVE,
    THEY_SERVE_CURVE;

    static final KeyPair OURS = KeyPair.generate();
    static final KeyPair THEIRS = KeyPair.generate();

    private static final int INTERVAL = 50;
    private static final int SILENCE = 30_000;

    /** Of the other side, where it has one. */
    @Nullable
    Bytes theirKey() {
        return this == NONE ? null : THEIRS.publicKey();
    }

    /** Ours knows theirs, and nobody else. */
    SocketOptions ours(SocketOptions options) {
        return switch (this) {
            case NONE -> options;
            case WE_SERVE_CURVE ->
                beating(options)
                        .mechanism(CurveMechanism.server(OURS, Authenticator.publicKeys(Set.of(THEIRS.publicKey()))));
            case THEY_SERVE_CURVE -> beating(options).mechanism(CurveMechanism.client(THEIRS.publicKey(), OURS));
        };
    }

    private static SocketOptions beating(SocketOptions options) {
        return options.heartbeat(Duration.ofMillis(INTERVAL), Duration.ofMillis(SILENCE));
    }

    void theirs(ZmqSocket socket) {
        LibZmq.KeyPair keys =
                new LibZmq.KeyPair(THEIRS.publicKey().z85(), THEIRS.secretKey().z85());
        if (this != NONE) {
            socket.option(LibZmq.HEARTBEAT_IVL, INTERVAL).option(LibZmq.HEARTBEAT_TIMEOUT, SILENCE);
        }
        switch (this) {
            case NONE -> {}
            case WE_SERVE_CURVE -> socket.curveClient(keys, OURS.publicKey().z85());
            case THEY_SERVE_CURVE -> socket.curveServer(keys);
        }
    }

    /** As options of zeromq.js. */
    Map<String, Object> theirs() {
        Map<String, Object> options = new HashMap<>();
        if (this != NONE) {
            options.put("heartbeatInterval", INTERVAL);
            options.put("heartbeatTimeout", SILENCE);
            options.put("curvePublicKey", THEIRS.publicKey().z85());
            options.put("curveSecretKey", THEIRS.secretKey().z85());
        }
        if (this == WE_SERVE_CURVE) {
            options.put("curveServerKey", OURS.publicKey().z85());
        } else if (this == THEY_SERVE_CURVE) {
            options.put("curveServer", true);
        }
        return options;
    }

    void theirs(ZMQ.Socket socket) {
        if (this == NONE) {
            return;
        }
        socket.setCurvePublicKey(THEIRS.publicKey().toByteArray());
        socket.setCurveSecretKey(THEIRS.secretKey().toByteArray());
        if (this == WE_SERVE_CURVE) {
            socket.setCurveServerKey(OURS.publicKey().toByteArray());
        } else {
            socket.setCurveServer(true);
        }
    }
}
