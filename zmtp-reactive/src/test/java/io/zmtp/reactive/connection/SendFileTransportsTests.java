package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.wire.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SendFileTransportsTests {

    private static final int SIZE = 5 * 1024 * 1024 + 1;

    private final Opened opened = new Opened();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void sendsOverTcp() throws IOException {
        sends(opened.pair("tcp://127.0.0.1:*"));
    }

    @Test
    void sendsOverIpc() throws IOException {
        sends(opened.pair("ipc://" + directory.resolve("socket")));
    }

    @Test
    void sendsOverTls() throws IOException {
        sends(opened.pair(
                ZmtpServer.create()
                        .socketType(SocketType.PAIR)
                        .secure(TestCertificates.serverContext(TestCertificates.server())),
                ZmtpClient.create().socketType(SocketType.PAIR).secure(TestCertificates.clientContext()),
                "tls+tcp://localhost:*"));
    }

    @Test
    void sendsThroughACipher() throws IOException {
        Mechanism toy = new Toy();
        sends(opened.pair(
                ZmtpServer.create().socketType(SocketType.PAIR).mechanism(toy),
                ZmtpClient.create().socketType(SocketType.PAIR).mechanism(toy),
                "tcp://127.0.0.1:*"));
    }

    /** The file as one frame, a message, the file in chunks with a remainder, an empty file, a message. */
    private void sends(Pair pair) throws IOException {
        byte[] content = new byte[SIZE];
        new Random(3).nextBytes(content);
        Path file = Files.write(directory.resolve("file"), content);
        Path empty = Files.createFile(directory.resolve("empty"));
        ZmtpConnection client = pair.client();
        Mono<Void> sent = Mono.when(Flux.concat(
                client.sendFile(file),
                client.send(Message.of("between")),
                client.sendFile(file, 70_000),
                client.sendFile(empty),
                client.send(Message.of("the", "end"))));
        StepVerifier.create(pair.server().receive().take(5).mergeWith(sent.then(Mono.empty())))
                .assertNext(message -> assertThat(message).isEqualTo(Message.of(Bytes.copyOf(content, 0, SIZE))))
                .expectNext(Message.of("between"))
                .assertNext(message -> {
                    assertThat(message.size()).isEqualTo((SIZE + 69_999) / 70_000);
                    assertThat(message.part(1)).isEqualTo(Bytes.copyOf(content, 70_000, 140_000));
                    assertThat(message.bytes()).isEqualTo(SIZE);
                })
                .expectNext(Message.of(Bytes.EMPTY))
                .expectNext(Message.of("the", "end"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** NULL's handshake, then every body turned around and padded. */
    private static final class Toy implements Mechanism {

        @Override
        public String name() {
            return "TOY";
        }

        @Override
        public boolean asServer() {
            return false;
        }

        @Override
        public Mono<Session> handshake(Exchange exchange) {
            return NullMechanism.create()
                    .handshake(exchange)
                    .map(plain -> new Session(plain.peer(), null, null, new Turning()));
        }
    }

    private static final class Turning implements FrameCipher {

        @Override
        public Frame encrypt(Frame plain) {
            byte[] body = plain.body().toByteArray();
            byte[] turned = Arrays.copyOf(turn(body, body.length), body.length + 1);
            turned[body.length] = (byte) (plain.flags() & (Frame.MORE | Frame.COMMAND));
            return Frame.of(Bytes.wrap(turned), false);
        }

        @Override
        public Frame decrypt(Frame wire) {
            byte[] body = wire.body().toByteArray();
            int size = body.length - 1;
            byte[] plain = turn(body, size);
            int flags = body[size] | (size > 255 ? Frame.LONG : 0);
            return new Frame((byte) flags, Bytes.wrap(plain));
        }

        private static byte[] turn(byte[] body, int size) {
            byte[] turned = new byte[size];
            for (int i = 0; i < size; i++) {
                turned[i] = (byte) ~body[i];
            }
            return turned;
        }
    }
}
