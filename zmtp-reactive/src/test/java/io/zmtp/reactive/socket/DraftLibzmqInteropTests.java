package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.testing.NodePeers;
import io.zmtp.reactive.testing.RequiresNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The draft types with libzmq 4.3.5, under Node, over tcp and ws; over udp see {@link UdpLibzmqInteropTests}. */
@RequiresNode
class DraftLibzmqInteropTests extends DraftMatrix {

    private static final Map<String, Object> QUICK = Map.of("reconnectInterval", 20);

    private static NodePeers node;

    private final List<Theirs> open = new ArrayList<>();

    static Stream<Way> ways() {
        return Stream.concat(Way.tcp(), Way.ws());
    }

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
        open.forEach(each -> each.close().run());
    }

    @Override
    Theirs open(SocketType type) {
        Theirs theirs = Theirs.open(node, "zeromq", type, QUICK);
        open.add(theirs);
        return theirs;
    }

    private NodePeers.Socket dish(String... groups) {
        NodePeers.Socket dish = node.open("zeromq", "Dish", QUICK);
        open.add(Theirs.of(dish));
        for (String group : groups) {
            dish.join(group);
        }
        return dish;
    }

    // ---- groups

    /** What it receives next. It joins groups at new peers only while it is asked for messages. */
    private static CompletableFuture<Message> next(NodePeers.Socket dish) {
        return CompletableFuture.supplyAsync(() -> Theirs.of(dish).receive());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sendsToTheGroupsThatTheirDishIsAMemberOf(Way way) {
        NodePeers.Socket dish = dish("a", "");
        RadioSocket radio = sockets.open(RadioSocket::create);
        way.meet(radio, folder, dish::bind, dish::connect);
        CompletableFuture<Message> next = next(dish);
        radio.awaitSubscribers("a", 1).then(radio.awaitSubscribers("", 1)).block(TIMEOUT);
        radio.send("ab", "of another group")
                .then(radio.send("a", "1"))
                .then(radio.send("", "2"))
                .block(TIMEOUT);
        assertThat(next.join()).isEqualTo(Message.of("a", "1"));
        assertThat(Theirs.of(dish).receive()).isEqualTo(Message.of("", "2"));

        dish.leave("a");
        dish.join("b");
        radio.awaitSubscribers("b", 1).block(TIMEOUT);
        radio.send("a", "of a group that was left").then(radio.send("b", "3")).block(TIMEOUT);
        assertThat(Theirs.of(dish).receive()).isEqualTo(Message.of("b", "3"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void isAMemberOfGroupsOfTheirRadio(Way way) {
        String longest = "g".repeat(255);
        DishSocket dish = sockets.open(DishSocket::create);
        dish.join("a");
        dish.join("a"); // which libzmq would refuse, and which is sent once
        dish.join("");
        Theirs radio = open(SocketType.RADIO);
        way.meet(dish, folder, radio.bind(), radio.connect());
        awaitMember(radio, dish, Bytes.utf8("a"));
        awaitMember(radio, dish, Bytes.EMPTY);

        dish.leave("a");
        dish.join(longest);
        awaitMember(radio, dish, Bytes.utf8(longest));
        radio.send(Message.of("a", "of a group that was left"));
        radio.send(Message.of(longest, "1"));
        assertThat(dish.receive()
                        .filter(message -> !message.last().equals(Bytes.utf8("probe")))
                        .blockFirst(TIMEOUT))
                .isEqualTo(Message.of(longest, "1"));
    }

    @Test
    void aGroupHas255OctetsAtMostThereToo() {
        String longest = "g".repeat(255);
        NodePeers.Socket dish = dish(longest);
        RadioSocket radio = sockets.open(RadioSocket::create);
        Way.WE_BIND_TCP.meet(radio, folder, dish::bind, dish::connect);
        radio.awaitSubscribers(longest, 1).then(radio.send(longest, "1")).block(TIMEOUT);
        assertThat(Theirs.of(dish).receive()).isEqualTo(Message.of(longest, "1"));
        assertThatThrownBy(() -> dish.join(longest + "g")).hasMessageContaining("Invalid argument");
        assertThatThrownBy(() -> dish.join(longest)).hasMessageContaining("Invalid argument");
    }

    // ---- routing ids

    @ParameterizedTest
    @MethodSource("ways")
    void theirServerKnowsEachOfOurClients(Way way) {
        Theirs server = open(SocketType.SERVER);
        ClientSocket one = sockets.open(ClientSocket::create);
        ClientSocket other = sockets.open(ClientSocket::create);
        way.meet(one, folder, server.bind(), server.connect());
        way.meet(other, folder, server.bind(), server.connect());
        Bytes first = ask(one, server);
        Bytes second = ask(other, server);
        assertThat(first).isNotEqualTo(second);
        server.send(Message.of(second, Bytes.utf8("2")));
        server.send(Message.of(first, Bytes.utf8("1")));
        assertThat(receive(one)).isEqualTo("1");
        assertThat(receive(other)).isEqualTo("2");
    }

    @Test
    void theirServerRefusesToSendToAClientThatHasGone() {
        Theirs server = open(SocketType.SERVER);
        ClientSocket client = sockets.open(ClientSocket::create);
        Way.THEY_BIND_TCP.meet(client, folder, server.bind(), server.connect());
        Bytes id = ask(client, server);
        client.close().block(TIMEOUT);
        Message late = Message.of(id, Bytes.utf8("late"));
        Way.until(
                () -> { // it takes the message, or has no room for it, until it knows
                    Throwable refused = catchThrowable(() -> server.send(late));
                    return refused != null && refused.getMessage().contains("Host unreachable");
                });
    }

    private static Bytes ask(ClientSocket client, Theirs server) {
        client.send("question").block(TIMEOUT);
        Message asked = server.receive();
        assertThat(asked.last()).isEqualTo(Bytes.utf8("question"));
        return asked.first();
    }

    // ---- messages of several parts

    @ParameterizedTest
    @EnumSource(
            value = SocketType.class,
            names = {"CLIENT", "SCATTER"})
    void theyRefuseToSendSeveralPartsAsWeDo(SocketType type) {
        Theirs theirs = open(type);
        ZmtpSocket ours =
                type == SocketType.CLIENT ? sockets.open(ServerSocket::create) : sockets.open(GatherSocket::create);
        Way.WE_BIND_TCP.meet(ours, folder, theirs.bind(), theirs.connect());
        assertThatThrownBy(() -> theirs.send(Message.of("two", "parts"))).hasMessageContaining("Invalid argument");
        theirs.send(Message.of("one"));
        assertThat(((Receiver) ours).receive().blockFirst(TIMEOUT).last()).isEqualTo(Bytes.utf8("one"));
    }

    @ParameterizedTest
    @EnumSource(
            value = SocketType.class,
            names = {"CLIENT", "SERVER", "SCATTER"})
    void theyDropWhatComesInSeveralPartsAsWeDo(SocketType type) {
        SocketType theirType = type.peers().iterator().next();
        Theirs theirs = open(theirType);
        String endpoint = theirs.bind().apply("tcp://127.0.0.1:*");
        ZmtpConnection connection = ZmtpClient.create().socketType(type).connectNow(endpoint);
        sockets.add(connection);
        connection
                .send(Message.of("two", "parts"))
                .then(connection.send(Message.of("one")))
                .block(TIMEOUT);
        assertThat(theirs.receive().last()).isEqualTo(Bytes.utf8("one"));
    }

    /** As ours does. */
    @Test
    void theirDishDisconnectsARadioThatSendsOnePart() {
        Theirs dish = open(SocketType.DISH);
        String endpoint = dish.bind().apply("tcp://127.0.0.1:*");
        ZmtpConnection connection =
                ZmtpClient.create().socketType(SocketType.RADIO).connectNow(endpoint);
        sockets.add(connection);
        connection.send(Message.of("one")).block(TIMEOUT);
        assertThat(connection.onClose().block(TIMEOUT)).isNotNull();
    }

    // ---- reconnects

    @Test
    void theirDishJoinsAgainWhereWeBindAgain() {
        NodePeers.Socket dish = dish("a");
        RadioSocket radio = sockets.open(RadioSocket::create);
        Endpoint at = radio.bindNow("tcp://127.0.0.1:*");
        dish.connect(at.toString());
        radio.awaitSubscribers("a", 1).block(TIMEOUT);
        radio.unbind(at).block(TIMEOUT);
        Sockets.awaitPeers(radio, 0);
        radio.bindNow(at.toString());
        CompletableFuture<Message> next = next(dish);
        radio.awaitSubscribers("a", 1).then(radio.send("a", "1")).block(TIMEOUT);
        assertThat(next.join()).isEqualTo(Message.of("a", "1"));
    }

    @Test
    void ourDishJoinsAgainWhereTheyBindAgain() {
        DishSocket dish = sockets.open(DishSocket::create);
        dish.join("a");
        String endpoint = bindAndClose(SocketType.RADIO, dish);
        Theirs radio = open(SocketType.RADIO);
        radio.bind().apply(endpoint);
        awaitMember(radio, dish, Bytes.utf8("a"));
    }

    @Test
    void ourClientAsksAgainWhereTheyBindAgain() {
        ClientSocket client = sockets.open(ClientSocket::create);
        String endpoint = bindAndClose(SocketType.SERVER, client);
        Theirs server = open(SocketType.SERVER);
        server.bind().apply(endpoint);
        Bytes id = ask(client, server);
        server.send(Message.of(id, Bytes.utf8("answer")));
        assertThat(receive(client)).isEqualTo("answer");
    }

    private static String bindAndClose(SocketType type, ZmtpSocket ours) {
        Theirs theirs = Theirs.open(node, "zeromq", type, QUICK);
        String endpoint = theirs.bind().apply("tcp://127.0.0.1:*");
        ours.connectNow(endpoint);
        Sockets.awaitPeers(ours, 1);
        theirs.close().run();
        Sockets.awaitPeers(ours, 0);
        return endpoint;
    }

    @Test
    void ourServerKnowsTheirClientByAnotherIdWhenItComesBack() {
        ServerSocket server = sockets.open(ServerSocket::create);
        Endpoint at = server.bindNow("tcp://127.0.0.1:*");
        Theirs client = open(SocketType.CLIENT);
        client.connect().accept(at.toString());
        client.send(Message.of("1"));
        Bytes first = server.receive().blockFirst(TIMEOUT).first();
        server.unbind(at).block(TIMEOUT);
        Sockets.awaitPeers(server, 0);
        server.bindNow(at.toString());
        client.send(Message.of("2"));
        Message again = server.receive().blockFirst(TIMEOUT);
        assertThat(again.last()).isEqualTo(Bytes.utf8("2"));
        assertThat(again.first()).isNotEqualTo(first);
        server.send(Message.of(again.first(), Bytes.utf8("answer"))).block(TIMEOUT);
        assertThat(client.receive()).isEqualTo(Message.of("answer"));
    }
}
