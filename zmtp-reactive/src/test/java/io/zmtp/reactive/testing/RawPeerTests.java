package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawPeerTests {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void exchangesFramesOverTcp() {
        try (RawListener listener = RawPeer.listen();
                RawPeer client = RawPeer.connect(listener.endpoint());
                RawPeer server = listener.accept()) {
            exchangesFrames(client, server);
        }
    }

    @Test
    void exchangesFramesOverAUnixSocket() {
        try (RawListener listener = RawPeer.listen(folder.resolve("socket"));
                RawPeer client = RawPeer.connect(listener.endpoint());
                RawPeer server = listener.accept()) {
            exchangesFrames(client, server);
        }
    }

    private static void exchangesFrames(RawPeer client, RawPeer server) {
        client.sendGreeting("PLAIN", true, 1);
        RawPeer.Greeting greeting = server.expectGreeting();
        assertThat(greeting.mechanism()).isEqualTo("PLAIN");
        assertThat(greeting.asServer()).isTrue();
        assertThat(greeting.major()).isEqualTo(3);
        assertThat(greeting.minor()).isEqualTo(1);

        client.sendReady("PUSH");
        server.expect("04 1a 05'READY' 0b'Socket-Type' 00000004'PUSH'");
        server.writeFrame(RawPeer.MORE, new byte[300]).writeLongFrame(0, new byte[] {7});
        assertThat(client.readFrame().body()).hasSize(300);
        assertThat(client.readFrame()).hasToString("02: 07");
        client.writeMessage("a", "").shutdownOutput();
        server.writeSlowly("slow".getBytes(StandardCharsets.US_ASCII));
        assertThat(Hex.of(server.readAll(TIMEOUT))).isEqualTo("01 01 61 00 00");
        client.expect("'slow'");
        assertThat(client.awaitClosed(SHORT)).isFalse();
        server.close();
        assertThat(client.awaitClosed(TIMEOUT)).isTrue();
    }

    @Test
    void showsWhatCameInsteadOfWhatWasExpected() {
        try (RawListener listener = RawPeer.listen();
                RawPeer client = RawPeer.connect("127.0.0.1", listener.port());
                RawPeer server = listener.accept(SHORT)) {
            client.write("01 02 'abc'");
            assertThatThrownBy(() -> server.expect("01 03 'abc'"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("01 02 61 62 63")
                    .hasMessageContaining("..abc");
            client.write("'half'");
            assertThatThrownBy(() -> server.read(5))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("wanted 5 octets")
                    .hasMessageContaining("68 61 6c 66");
            client.sendCommand("PING", new byte[2]);
            assertThatThrownBy(() -> server.expectCommand("PONG"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("PING");
        }
    }

    @Test
    void closesWithAReset() {
        try (RawListener listener = RawPeer.listen();
                RawPeer client = RawPeer.connect(listener.endpoint());
                RawPeer server = listener.accept()) {
            client.closeWithReset();
            assertThatThrownBy(() -> server.read(1))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void failsWhenNobodyConnects() {
        try (RawListener listener = RawPeer.listen()) {
            assertThatThrownBy(() -> listener.accept(SHORT)).hasMessageContaining("nobody connected");
            assertThat(listener.isDialledWithin(SHORT)).isFalse();
            try (RawPeer client = RawPeer.connect(listener.endpoint())) {
                assertThat(listener.isDialledWithin(TIMEOUT)).isTrue();
                assertThat(client.awaitClosed(TIMEOUT)).isTrue();
            }
        }
    }
}
