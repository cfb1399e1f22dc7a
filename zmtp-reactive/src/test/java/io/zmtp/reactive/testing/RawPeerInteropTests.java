package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.LibZmq.Type;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresLibZmq
class RawPeerInteropTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void pushesToLibZmqWithTheOctetsOfTheProtocol() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(Type.PULL);
            try (RawPeer peer = RawPeer.connect(pull.bind("tcp://127.0.0.1:*"))) {
                peer.sendGreeting("NULL", false, 1);
                // The eight octets of padding are not significant; libzmq counts in them.
                byte[] greeting = peer.expectGreeting().octets();
                assertThat(Hex.of(greeting)).startsWith("ff").endsWith("7f 03 01 4e 55 4c 4c" + " 00".repeat(48));
                peer.sendReady("PUSH").expect("04 1a 05'READY' 0b'Socket-Type' 00000004'PULL'");
                peer.writeMessage("hello", "world");
                assertThat(pull.receiveStrings()).containsExactly("hello", "world");
            }
        }
    }

    @Test
    void answersLibZmqThatDialsOverAUnixSocket() {
        try (LibZmq.Context context = new LibZmq.Context();
                RawListener listener = RawPeer.listen(folder.resolve("socket"))) {
            ZmqSocket dealer = context.open(Type.DEALER).connect(listener.endpoint());
            try (RawPeer peer = listener.accept()) {
                assertThat(peer.handshakeNull("ROUTER"))
                        .isEqualTo(Hex.parse("0b'Socket-Type' 00000006'DEALER' 08'Identity' 00000000"));
                dealer.send("a", "b");
                peer.expect("01 01 'a' 00 01 'b'");
            }
        }
    }

    @Test
    void isDroppedByLibZmqForAMechanismItDoesNotSpeak() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(Type.PULL);
            ZmqMonitor monitor = pull.monitor(ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL);
            try (RawPeer peer = RawPeer.connect(pull.bind("tcp://127.0.0.1:*"))) {
                peer.sendGreeting("PLAIN", false, 1);
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            }
            assertThat(monitor.await(ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL).value())
                    .isEqualTo(0x11000002);
        }
    }
}
