package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Greeting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import reactor.core.Disposable;

/** Peers that are none, or bad ones, at all endpoints in turn, from one thread of its own. */
final class Mischief implements Disposable {

    /** So many stay, and do not read. */
    private static final int STAYING = 50;

    private static final long PAUSE_NANOS = 2_000_000;

    private final List<Endpoint> endpoints;
    private final Random random = new Random(1);
    private final Deque<Socket> staying = new ArrayDeque<>();
    private final AtomicLong count = new AtomicLong();
    private volatile boolean ended;

    Mischief(List<Endpoint> endpoints) {
        this.endpoints = endpoints;
        Thread thread = new Thread(this::run, "mischief");
        thread.setDaemon(true);
        thread.start();
    }

    /** How much was done. */
    long count() {
        return count.get();
    }

    private void run() {
        while (!ended) {
            try {
                one(endpoints.get(random.nextInt(endpoints.size())));
            } catch (IOException closed) {
                // as they should
            }
            count.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        staying.forEach(this::reset);
    }

    private void one(Endpoint endpoint) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        socket.setSoTimeout(1000);
        OutputStream out = socket.getOutputStream();
        boolean stays = false;
        try {
            switch (random.nextInt(9)) {
                case 0 -> {} // a port scan
                case 1 -> out.write(rubbish(random.nextInt(2000)));
                case 2 -> out.write(greeting(), 0, random.nextInt(64));
                case 3 -> {
                    out.write(greeting()); // and then nothing, for as long as it may stay
                    stays = true;
                }
                case 4 -> {
                    out.write(handshake("PUSH"));
                    out.write(rubbish(random.nextInt(2000)));
                }
                case 5 -> {
                    out.write(handshake("SUB"));
                    out.write(Command.subscribe(Bytes.EMPTY).frame().octets().toByteArray());
                    stays = true; // reads nothing
                }
                case 6 -> {
                    out.write(handshake("SUB"));
                    for (int i = 0; i < 2000; i++) {
                        out.write(Command.subscribe(Bytes.wrap(rubbish(20)))
                                .frame()
                                .octets()
                                .toByteArray());
                    }
                }
                case 7 -> {
                    out.write(handshake("DEALER"));
                    for (int i = 0; i < 200; i++) { // never reads the answers
                        out.write(Bytes.hex("00050102030405").toByteArray());
                    }
                    stays = true;
                }
                default -> {
                    out.write(handshake("PUSH"));
                    out.write(Bytes.hex("02000000000fffffff").toByteArray()); // begins something large
                    out.write(rubbish(50_000));
                    stays = random.nextBoolean();
                }
            }
        } finally {
            if (stays) {
                staying.add(socket);
                if (staying.size() > STAYING) {
                    reset(staying.remove());
                }
            } else if (random.nextBoolean()) {
                socket.close();
            } else {
                reset(socket);
            }
        }
    }

    private byte[] rubbish(int size) {
        byte[] octets = new byte[size];
        random.nextBytes(octets);
        return octets;
    }

    private static byte[] greeting() {
        return Greeting.of("NULL", false).octets().toByteArray();
    }

    private static byte[] handshake(String type) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(greeting());
        octets.writeBytes(Command.ready(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(type)))
                .frame()
                .octets()
                .toByteArray());
        return octets.toByteArray();
    }

    private void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // by itself
        }
    }

    @Override
    public void dispose() {
        ended = true;
    }
}
