package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.NodePeers;
import io.zmtp.reactive.testing.RequiresNode;
import io.zmtp.reactive.wire.Datagram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** RADIO and DISH over udp with libzmq 4.3.5, under Node. */
@RequiresNode
class UdpLibzmqInteropTests {

    private static final int ROOM = Datagram.MAX_SIZE - 2;

    private static NodePeers node;

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final List<NodePeers.Socket> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        node = NodePeers.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void close() {
        open.forEach(NodePeers.Socket::close);
    }

    private NodePeers.Socket open(String type) {
        NodePeers.Socket socket = node.open("zeromq", type, Map.of());
        open.add(socket);
        return socket;
    }

    /** Binds a socket of theirs. That is done on another thread of libzmq, and what comes before is lost. */
    private static String bind(NodePeers.Socket dish, String endpoint) {
        List<String> before = boundPorts();
        String at = dish.bind(endpoint);
        String port = String.format("%04X", Endpoint.parse(at).port());
        Flux.interval(Duration.ofMillis(5))
                .onBackpressureDrop()
                .filter(tick -> Collections.frequency(boundPorts(), port) > Collections.frequency(before, port))
                .blockFirst(TIMEOUT);
        return at;
    }

    /** In hexadecimal digits, once for each socket. */
    private static List<String> boundPorts() {
        return Stream.of("/proc/net/udp", "/proc/net/udp6")
                .map(Path::of)
                .flatMap(UdpLibzmqInteropTests::lines)
                .map(line -> line.strip().split("\\s+")[1].replaceFirst(".*:", ""))
                .toList();
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream().skip(1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private DishSocket dish(String... groups) {
        DishSocket dish = sockets.add(DishSocket.create());
        Arrays.asList(groups).forEach(dish::join);
        return dish;
    }

    private static Message message(String group, int size) {
        byte[] octets = new byte[size];
        Arrays.fill(octets, (byte) size);
        return Message.of(Bytes.utf8(group), Bytes.wrap(octets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp://127.0.0.1:*", "udp://127.0.0.1;239.255.17.5:*"})
    void reachesTheirDish(String endpoint) {
        NodePeers.Socket dish = open("Dish");
        String longest = "g".repeat(127);
        List.of("g", "", longest).forEach(dish::join);
        String at = bind(dish, endpoint);
        RadioSocket radio = sockets.open(RadioSocket::create);
        radio.connectNow(at);
        List<Message> messages =
                List.of(message("g", 5), message("", 0), message(longest, 256), message("g", ROOM), message("g", 1));
        for (Message message : messages) {
            radio.send(message("other", 1)).then(radio.send(message)).block(TIMEOUT);
            assertThat(Theirs.of(dish).receive()).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp://127.0.0.1:*", "udp://127.0.0.1;239.255.17.6:*"})
    void hearsTheirRadio(String endpoint) {
        String longest = "g".repeat(255);
        DishSocket dish = dish("g", "", longest);
        Endpoint at = dish.bindNow(endpoint);
        NodePeers.Socket radio = open("Radio");
        radio.connect(at.toString());
        List<Message> messages =
                List.of(message("g", 5), message("", 0), message(longest, 256), message("g", ROOM), message("g", 1));
        Theirs theirs = Theirs.of(radio);
        theirs.send(message("other", 1));
        theirs.send(message("g", ROOM + 1)); // libzmq drops it, and does not say so
        messages.forEach(theirs::send);
        assertThat(dish.receive().take(messages.size()).collectList().block(TIMEOUT))
                .isEqualTo(messages);
    }

    /** Of the same multicast group and port, on one machine. */
    @Test
    void theirDishAndOursHearTheSame() {
        DishSocket ours = dish("g");
        Endpoint at = ours.bindNow("udp://127.0.0.1;239.255.17.7:*");
        NodePeers.Socket theirs = open("Dish");
        theirs.join("g");
        bind(theirs, at.toString());
        RadioSocket radio = sockets.open(RadioSocket::create);
        radio.connectNow(at);
        radio.send("g", "all").block(TIMEOUT);
        assertThat(Theirs.of(theirs).receive()).isEqualTo(Message.of("g", "all"));
        assertThat(ours.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("g", "all"));
    }

    /** What does not fit is cut there; here it is discarded. */
    @Test
    void theyCutADatagramThatIsTooLong() throws IOException {
        NodePeers.Socket dish = open("Dish");
        dish.join("g");
        Endpoint at = Endpoint.parse(bind(dish, "udp://127.0.0.1:*"));
        byte[] octets = new byte[Datagram.MAX_SIZE + 100];
        Arrays.fill(octets, (byte) 'b');
        octets[0] = 1;
        octets[1] = 'g';
        try (DatagramSocket raw = new DatagramSocket()) {
            raw.send(new DatagramPacket(
                    octets, octets.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port())));
        }
        assertThat(Theirs.of(dish).receive().last().size()).isEqualTo(ROOM);
    }

    @Test
    void comesBackWhereTheirDishBindsAgain() {
        NodePeers.Socket first = node.open("zeromq", "Dish", Map.of());
        first.join("g");
        String at = bind(first, "udp://127.0.0.1:*");
        RadioSocket radio = sockets.open(RadioSocket::create);
        radio.connectNow(at);
        radio.send("g", "1").block(TIMEOUT);
        assertThat(Theirs.of(first).receive()).isEqualTo(Message.of("g", "1"));
        first.close();
        radio.send(Flux.range(0, 3).map(i -> Message.of("g", "lost"))).block(TIMEOUT);
        NodePeers.Socket second = open("Dish");
        second.join("g");
        bind(second, at);
        radio.send("g", "2").block(TIMEOUT);
        assertThat(Theirs.of(second).receive()).isEqualTo(Message.of("g", "2"));
    }
}
