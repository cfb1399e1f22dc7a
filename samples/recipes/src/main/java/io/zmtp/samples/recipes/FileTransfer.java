package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A file in chunks, to many clients at a time. The guide counts credits for that; here demand is the credit. */
final class FileTransfer {

    private static final int CHUNK = 64 * 1024;

    private FileTransfer() {}

    /** What follows is read when the client has room for it; the last chunk is shorter, or empty. */
    static Flux<Bytes> read(Path file) {
        return Flux.<Bytes, InputStream>generate(
                        () -> Files.newInputStream(file),
                        (in, sink) -> {
                            try {
                                byte[] chunk = in.readNBytes(CHUNK);
                                sink.next(Bytes.wrap(chunk));
                                if (chunk.length < CHUNK) {
                                    sink.complete();
                                }
                            } catch (IOException failure) {
                                sink.error(failure);
                            }
                            return in;
                        },
                        FileTransfer::close)
                .subscribeOn(Schedulers.boundedElastic()); // reading blocks
    }

    /** {@code mandatory} lets a stream wait for its client; each client has a stream of its own. */
    static Mono<Void> serve(RouterSocket server, Path file) {
        return server.receive()
                .flatMap(request -> server.send(read(file).map(chunk -> Message.of(request.first(), chunk)))
                        .onErrorComplete()) // the client has gone
                .then();
    }

    static Mono<Void> fetch(Endpoint from, Path to) {
        return Mono.using(
                () -> DealerSocket.create(options -> options.recvHwm(4)),
                client -> client.connect(from)
                        .then(client.send("send the file"))
                        .thenMany(client.receive().map(Message::last))
                        .takeUntil(chunk -> chunk.size() < CHUNK)
                        .publishOn(Schedulers.boundedElastic(), 4) // writing blocks
                        .as(chunks -> write(chunks, to)),
                DealerSocket::dispose);
    }

    private static Mono<Void> write(Flux<Bytes> chunks, Path to) {
        return Mono.using(
                () -> Files.newOutputStream(to),
                out -> chunks.doOnNext(chunk -> append(out, chunk)).then(),
                FileTransfer::close);
    }

    private static void append(OutputStream out, Bytes chunk) {
        try {
            out.write(chunk.toByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void close(AutoCloseable closed) {
        try {
            closed.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    public static void main(String[] args) throws IOException {
        Path file = Files.createTempFile("transfer", ".original");
        Path one = Files.createTempFile("transfer", ".copy");
        Path other = Files.createTempFile("transfer", ".copy");
        Files.write(file, new byte[10_000_000]);

        RouterSocket server = RouterSocket.create(options -> options.mandatory().sendHwm(4));
        Endpoint endpoint = server.bindNow("tcp://127.0.0.1:*");
        serve(server, file).subscribe();
        Mono.when(fetch(endpoint, one), fetch(endpoint, other)).block();
        System.out.println("equal: " + (Files.mismatch(file, one) == -1 && Files.mismatch(file, other) == -1));
        server.dispose();
        for (Path each : new Path[] {file, one, other}) {
            Files.delete(each);
        }
    }
}
