package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.NodePeers;
import io.zmtp.reactive.testing.UnixJero;
import io.zmtp.reactive.testing.ZmqSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.zeromq.ZMQ;
import zmq.Msg;

/**
 * A socket of another implementation, by what both can do. Messages of RADIO and DISH begin with the group, those of SERVER
 * with the routing id, as ours do. Use it from one thread at a time.
 */
record Theirs(
        Function<String, String> bind,
        Consumer<String> connect,
        Consumer<Message> sender,
        Supplier<List<byte[]>> next,
        Runnable close) {

    /** The group that a DISH of theirs is a member of. */
    static final String GROUP = "group";

    /** The routing id they announce, those of a type that says one. */
    static final Bytes NAME = Bytes.utf8("theirs");

    /** Opens one of libzmq, which subscribes to everything if it is a SUB, with more options. */
    static Theirs open(LibZmq.Context context, SocketType type, Consumer<ZmqSocket> options) {
        return open(context, type, NAME.toByteArray(), options);
    }

    /** As {@link #open(LibZmq.Context, SocketType, Consumer)}, by another name. */
    static Theirs open(LibZmq.Context context, SocketType type, byte[] name, Consumer<ZmqSocket> options) {
        ZmqSocket socket = context.open(LibZmq.Type.valueOf(type.name()));
        options.accept(socket);
        socket.option(LibZmq.ROUTING_ID, name);
        if (type == SocketType.SUB) {
            socket.subscribe("");
        }
        return new Theirs(
                socket::bind,
                socket::connect,
                message -> socket.send(octets(message)),
                () -> socket.receive(),
                socket::close);
    }

    /** Opens one of JeroMQ, likewise. */
    static Theirs open(Jero jero, SocketType type, Consumer<ZMQ.Socket> options) {
        return open(jero, type, NAME.toByteArray(), options);
    }

    /** As {@link #open(Jero, SocketType, Consumer)}, by another name. */
    static Theirs open(Jero jero, SocketType type, byte[] name, Consumer<ZMQ.Socket> options) {
        ZMQ.Socket socket = jero.open(org.zeromq.SocketType.valueOf(type.name()));
        options.accept(socket);
        socket.setIdentity(name);
        if (type == SocketType.SUB) {
            socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        } else if (type == SocketType.DISH) {
            socket.join(GROUP);
        }
        return new Theirs(
                at -> Jero.bind(socket, at),
                socket::connect,
                message -> send(socket, type, message),
                () -> receive(socket, type),
                socket::close);
    }

    private static void send(ZMQ.Socket socket, SocketType type, Message message) {
        if (type != SocketType.RADIO && type != SocketType.SERVER) {
            Jero.send(socket, octets(message));
            return;
        }
        Msg body = new Msg(message.last().toByteArray());
        if (type == SocketType.RADIO) {
            body.setGroup(message.first().utf8());
        } else {
            body.setRoutingId(ByteBuffer.wrap(message.first().toByteArray()).getInt());
        }
        assertThat(socket.base().send(body, 0)).as("JeroMQ took it in time").isTrue();
    }

    private static List<byte[]> receive(ZMQ.Socket socket, SocketType type) {
        if (type != SocketType.DISH && type != SocketType.SERVER) {
            return Jero.receive(socket);
        }
        Msg body = socket.base().recv(0);
        assertThat(body).as("a message that came in time").isNotNull();
        byte[] first = type == SocketType.DISH
                ? body.getGroup().getBytes(StandardCharsets.UTF_8)
                : ByteBuffer.allocate(4).putInt(body.getRoutingId()).array();
        return List.of(first, body.data());
    }

    /** Opens one of npm's zeromq or of jszmq, likewise. */
    static Theirs open(NodePeers node, String library, SocketType type, Map<String, Object> options) {
        Map<String, Object> all = new HashMap<>(options);
        boolean named = EnumSet.of(SocketType.REQ, SocketType.REP, SocketType.DEALER, SocketType.ROUTER)
                .contains(type);
        if (named) {
            all.put("routingId", NAME.utf8());
        }
        NodePeers.Socket socket = node.open(library, spelling(library, type), all);
        if (type == SocketType.SUB) {
            socket.subscribe("");
        } else if (type == SocketType.DISH) {
            socket.join(GROUP);
        }
        return of(socket);
    }

    /** One of npm's zeromq or of jszmq that is open already. */
    static Theirs of(NodePeers.Socket socket) {
        return new Theirs(
                socket::bind, socket::connect, message -> socket.send(octets(message)), socket::receive, socket::close);
    }

    /** One of JeroMQ 0.7.0 that is open already. */
    static Theirs of(UnixJero.Socket socket) {
        return new Theirs(
                socket::bind, socket::connect, message -> socket.send(octets(message)), socket::receive, socket::close);
    }

    /** Their names for the types. */
    private static String spelling(String library, SocketType type) {
        String name = type.name().charAt(0) + type.name().substring(1).toLowerCase(Locale.ROOT);
        return switch (type) {
            case PUB -> library.equals("jszmq") ? "Pub" : "Publisher";
            case SUB -> library.equals("jszmq") ? "Sub" : "Subscriber";
            case XPUB -> library.equals("jszmq") ? "XPub" : "XPublisher";
            case XSUB -> library.equals("jszmq") ? "XSub" : "XSubscriber";
            case REQ -> library.equals("jszmq") ? "Req" : "Request";
            case REP -> library.equals("jszmq") ? "Rep" : "Reply";
            default -> name;
        };
    }

    void send(Message message) {
        sender.accept(message);
    }

    Message receive() {
        return Message.of(next.get().stream().map(Bytes::wrap).toArray(Bytes[]::new));
    }

    private static byte[][] octets(Message message) {
        return message.parts().stream().map(Bytes::toByteArray).toArray(byte[][]::new);
    }
}
