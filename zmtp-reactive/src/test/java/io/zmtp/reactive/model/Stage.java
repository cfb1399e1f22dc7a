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
        INPROC
    }

    private static final KeyPair SERVER = KeyPair.generate();

    private final Transport transport;
    private final Random random;
    private final boolean mayCut;
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

    boolean isTcp() {
        return transport == Transport.TCP || transport == Transport.TCP_CURVE;
    }

    boolean isInproc() {
        return transport == Transport.INPROC;
    }

    SocketOptions secure(SocketOptions options, boolean binds) {
        return switch (transport) {
            case TCP_CURVE, IPC_CURVE ->
                options.mechanism(
                        binds
                                ? CurveMechanism.server(SERVER, Authenticator.anyone())
                                : CurveMechanism.client(SERVER.publicKey()));
            default -> options;
        };
    }

    /** Binds a socket where its place is; again at the same endpoint. */
    void bind(String place, ZmtpSocket socket) {
        Endpoint there = bound.get(place);
        if (there != null) {
            socket.bind(there)
                    .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(20)).filter(BindException.class::isInstance))
                    .block(Run.TIMEOUT);
            return;
        }
        String asked = switch (transport) {
            // Below what connections take for themselves, so that the port is free for the next life.
            case TCP, TCP_CURVE -> "tcp://127.0.0.1:" + (15_000 + random.nextInt(15_000));
            case IPC, IPC_CURVE -> "ipc://" + folder.resolve(place);
            case INPROC -> "inproc://model-" + seed + "-" + place;
        };
        Endpoint endpoint =
                socket.bind(asked).onErrorComplete(BindException.class).block(Run.TIMEOUT);
        if (endpoint == null) {
            bind(place, socket); // somebody has that port
            return;
        }
        bound.put(place, endpoint);
        if (mayCut && isTcp()) {
            networks.put(place, BadNetwork.untilCut(endpoint.port()));
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
        if (there == null || !isTcp()) {
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
