package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.testing.BadNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import reactor.util.retry.Retry;

/** Where sockets bind and how they are reached. */
final class Stage implements AutoCloseable {

    /** How sockets meet. */
    enum Transport {
        TCP,
        TCP_CURVE,
        IPC,
        IPC_CURVE,
        INPROC;

        boolean isTcp() {
            return this == TCP || this == TCP_CURVE;
        }

        boolean isCurve() {
            return this == TCP_CURVE || this == IPC_CURVE;
        }
    }

    private static final KeyPair SERVER = KeyPair.generate();

    /** The most octets, and the longest delay of a piece, where connections are ragged. */
    private static final int PIECE = 700;

    private static final int DELAY_NANOS = 50_000;

    private final Transport transport;
    private final Random random;
    private final boolean mayCut;

    /** Whether octets come in small pieces, so that a cut is mostly in the middle of a frame. */
    private boolean isRagged;

    private final long seed;
    private final Map<String, Endpoint> bound = new HashMap<>();
    private final Map<String, BadNetwork> networks = new HashMap<>();
    private final Path folder;

    Stage(Transport transport, Random random, boolean mayCut, long seed) {
        this.transport = transport;
        this.random = random;
        this.mayCut = mayCut;
        this.seed = seed;
        try {
            this.folder = Files.createTempDirectory("model");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Has what is bound from now on get its octets in small pieces. */
    void tear() {
        isRagged = true;
    }

    SocketOptions secure(SocketOptions options, boolean binds) {
        return secure(options, binds, KeyPair.generate());
    }

    /**
     * Sets the mechanism.
     *
     * @param keys of a socket that connects; those that bind have the same
     */
    SocketOptions secure(SocketOptions options, boolean binds, KeyPair keys) {
        if (!transport.isCurve()) {
            return options;
        }
        return options.mechanism(
                binds
                        ? CurveMechanism.server(SERVER, Authenticator.anyone())
                        : CurveMechanism.client(SERVER.publicKey(), keys));
    }

    /** Binds a socket where its place is; again at the same endpoint. */
    void bind(String place, ZmtpSocket socket) {
        Endpoint there = bound.get(place);
        if (there != null) {
            socket.bind(there)
                    .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(20)).filter(BindException.class::isInstance))
                    .block(Expect.TIMEOUT);
            return;
        }
        String asked = switch (transport) {
            // Below what connections take for themselves, so that the port is free for the next life.
            case TCP, TCP_CURVE -> "tcp://127.0.0.1:" + (15_000 + random.nextInt(15_000));
            case IPC, IPC_CURVE -> "ipc://" + folder.resolve(place);
            case INPROC -> "inproc://model-" + seed + "-" + place;
        };
        Endpoint endpoint =
                socket.bind(asked).onErrorComplete(BindException.class).block(Expect.TIMEOUT);
        if (endpoint == null) {
            bind(place, socket); // somebody has that port
            return;
        }
        bound.put(place, endpoint);
        if (mayCut && transport.isTcp()) {
            networks.put(
                    place,
                    isRagged
                            ? BadNetwork.thatCutsAndDelays(endpoint.port(), PIECE, DELAY_NANOS)
                            : BadNetwork.untilCut(endpoint.port()));
        }
    }

    /** Where to connect to a place. */
    Endpoint endpoint(String place) {
        BadNetwork network = networks.get(place);
        return network == null ? bound.get(place) : Endpoint.parse(network.endpoint());
    }

    void cut() {
        networks.values().forEach(BadNetwork::cut);
    }

    /** Somebody comes to a place who is no peer. */
    void stranger(String place) {
        Endpoint there = bound.get(place);
        if (there == null || !transport.isTcp()) {
            return;
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), there.port())) {
            byte[] rubbish = new byte[random.nextInt(100)];
            random.nextBytes(rubbish);
            if (random.nextBoolean()) {
                System.arraycopy(
                        Bytes.hex("ff00000000000000017f").toByteArray(), 0, rubbish, 0, Math.min(10, rubbish.length));
            }
            socket.getOutputStream().write(rubbish);
            socket.setSoLinger(random.nextBoolean(), 0);
        } catch (IOException away) {
            // nobody is there, or has closed already
        }
    }

    @Override
    public void close() {
        networks.values().forEach(BadNetwork::close);
        try (var files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
            Files.delete(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
