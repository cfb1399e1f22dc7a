package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.RouterSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The broker of RFC 7, with one socket for clients and workers. What happens is handled one after another, so nothing is locked. */
final class MajordomoBroker {

    static final String CLIENT = "MDPC01";
    static final String WORKER = "MDPW01";
    static final Bytes READY = Bytes.of((byte) 1);
    static final Bytes REQUEST = Bytes.of((byte) 2);
    static final Bytes REPLY = Bytes.of((byte) 3);
    static final Bytes HEARTBEAT = Bytes.of((byte) 4);
    static final Bytes DISCONNECT = Bytes.of((byte) 5);

    private static final int MAX_WAITING = 1000;
    private static final Duration INTERVAL = Duration.ofMillis(2500);

    /** Requests that wait for a worker, and workers that wait for a request: one of them is empty. */
    private record Service(Deque<Message> requests, Deque<Bytes> idle) {}

    final RouterSocket router =
            RouterSocket.create(options -> options.heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(3)));
    private final Map<String, Service> services = new HashMap<>();
    private final Map<Bytes, String> workers = new HashMap<>();

    Mono<Void> run() {
        Flux<Supplier<List<Message>>> received = router.receive().map(message -> () -> received(message));
        Flux<Supplier<List<Message>>> left = router.onPeer()
                .flatMap(peer -> peer.onClose().thenReturn(peer.routingId()), Integer.MAX_VALUE)
                .map(peer -> () -> left(peer));
        Flux<Supplier<List<Message>>> beats =
                Flux.interval(INTERVAL).onBackpressureDrop().map(tick -> () -> beats());
        return router.send(Flux.merge(received, left, beats).concatMapIterable(Supplier::get));
    }

    /** {@return what is to be sent because of it} */
    private List<Message> received(Message message) {
        List<Bytes> parts = message.parts();
        if (parts.size() > 4 && parts.get(2).equals(Bytes.utf8(CLIENT))) {
            return asked(parts.get(3).utf8(), message);
        }
        if (parts.size() > 3 && parts.get(2).equals(Bytes.utf8(WORKER))) {
            return heard(parts.get(0), parts.get(3), parts);
        }
        router.drop(message, DropReason.MALFORMED);
        return List.of();
    }

    private List<Message> asked(String name, Message message) {
        if (name.startsWith("mmi.")) {
            boolean known = workers.containsValue(message.text());
            String code = !name.equals("mmi.service") ? "501" : known ? "200" : "404";
            return List.of(reply(message.first(), name, List.of(Bytes.utf8(code))));
        }
        Service service = service(name);
        if (service.requests.size() == MAX_WAITING) {
            router.drop(message, DropReason.QUEUE_FULL); // the client asks again
            return List.of();
        }
        service.requests.add(message);
        return dispatch(service);
    }

    private List<Message> heard(Bytes worker, Bytes command, List<Bytes> parts) {
        String name = workers.get(worker);
        if (command.equals(READY) && parts.size() > 4 && name == null) {
            String offered = parts.get(4).utf8();
            workers.put(worker, offered);
            return idle(worker, offered);
        }
        if (command.equals(REPLY) && parts.size() > 6 && name != null) {
            List<Message> sent = new ArrayList<>();
            sent.add(reply(parts.get(4), name, parts.subList(6, parts.size())));
            sent.addAll(idle(worker, name));
            return sent;
        }
        if (command.equals(HEARTBEAT) && name != null) {
            return List.of();
        }
        left(worker);
        return command.equals(DISCONNECT) ? List.of() : List.of(toWorker(worker, DISCONNECT, List.of()));
    }

    private List<Message> idle(Bytes worker, String name) {
        Service service = service(name);
        service.idle.add(worker);
        return dispatch(service);
    }

    private List<Message> left(Bytes peer) {
        String name = workers.remove(peer);
        if (name != null) {
            service(name).idle.remove(peer);
        }
        return List.of();
    }

    private List<Message> beats() {
        return workers.keySet().stream()
                .map(worker -> toWorker(worker, HEARTBEAT, List.of()))
                .toList();
    }

    private List<Message> dispatch(Service service) {
        List<Message> sent = new ArrayList<>();
        while (!service.requests.isEmpty() && !service.idle.isEmpty()) {
            Message request = service.requests.remove();
            List<Bytes> body = new ArrayList<>(List.of(request.first(), Bytes.EMPTY));
            body.addAll(request.parts().subList(4, request.size()));
            sent.add(toWorker(service.idle.remove(), REQUEST, body));
        }
        return sent;
    }

    private Service service(String name) {
        return services.computeIfAbsent(name, unknown -> new Service(new ArrayDeque<>(), new ArrayDeque<>()));
    }

    private static Message toWorker(Bytes worker, Bytes command, List<Bytes> more) {
        List<Bytes> parts = new ArrayList<>(List.of(worker, Bytes.EMPTY, Bytes.utf8(WORKER), command));
        parts.addAll(more);
        return Message.of(parts);
    }

    private static Message reply(Bytes client, String service, List<Bytes> body) {
        List<Bytes> parts = new ArrayList<>(List.of(client, Bytes.EMPTY, Bytes.utf8(CLIENT), Bytes.utf8(service)));
        parts.addAll(body);
        return Message.of(parts);
    }
}
