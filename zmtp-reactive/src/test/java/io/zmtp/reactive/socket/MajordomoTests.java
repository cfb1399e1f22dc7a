package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The guide's majordomo: clients ask a broker for services by name, and workers tell it which they have. */
class MajordomoTests {

    private static final Bytes CLIENT = Bytes.utf8("C");
    private static final Bytes READY = Bytes.utf8("R");

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /**
     * One ROUTER, which sees one message at a time.
     *
     * <pre>
     * from clients     id  (empty)  "C"  service  body       to clients   id  (empty)  body
     * from workers     id  "R"  service  [client  body]      to workers   id  client  body
     * </pre>
     */
    private final class Broker {

        final RouterSocket router = sockets.open(RouterSocket::create);
        final Endpoint endpoint = router.bindNow("tcp://127.0.0.1:*");
        final Map<Bytes, Deque<Bytes>> idle = new HashMap<>();
        final Map<Bytes, Deque<Message>> waiting = new HashMap<>();

        Broker() {
            router.send(router.receive().concatMapIterable(this::route)).subscribe();
        }

        private List<Message> route(Message message) {
            if (message.part(1).isEmpty() && message.part(2).equals(CLIENT)) {
                Bytes service = message.part(3);
                waiting(service).add(Message.of(message.first(), message.last()));
                return match(service);
            }
            Bytes service = message.part(2);
            idle(service).add(message.first());
            List<Message> out = new ArrayList<>(match(service));
            if (message.size() > 3) {
                out.add(Message.of(message.part(3), Bytes.EMPTY, message.last()));
            }
            return out;
        }

        private List<Message> match(Bytes service) {
            if (idle(service).isEmpty() || waiting(service).isEmpty()) {
                return List.of();
            }
            return List.of(waiting(service).remove().prepend(idle(service).remove()));
        }

        private Deque<Bytes> idle(Bytes service) {
            return idle.computeIfAbsent(service, none -> new ArrayDeque<>());
        }

        private Deque<Message> waiting(Bytes service) {
            return waiting.computeIfAbsent(service, none -> new ArrayDeque<>());
        }
    }

    private final Broker broker = new Broker();

    private void worker(String service, String name) {
        DealerSocket worker = sockets.open(DealerSocket::create);
        worker.connectNow(broker.endpoint);
        Message ready = Message.of(READY, Bytes.utf8(service));
        Flux<Message> replies =
                worker.receive().map(work -> ready.append(work.first()).append(Bytes.utf8(name + ": " + work.text())));
        worker.send(replies.startWith(ready)).subscribe();
    }

    private Mono<String> ask(String service, String body) {
        return Mono.using(
                () -> ReqSocket.create(),
                client -> client.connect(broker.endpoint)
                        .then(client.request("C", service, body))
                        .map(Message::text),
                ReqSocket::dispose);
    }

    @Test
    void findsTheWorkerOfAService() {
        worker("tea", "ann");
        worker("coffee", "bob");
        StepVerifier.create(ask("coffee", "one"))
                .expectNext("bob: one")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(ask("tea", "two"))
                .expectNext("ann: two")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void keepsRequestsUntilThereIsAWorker() {
        StepVerifier.create(Flux.merge(ask("tea", "one"), ask("tea", "two")).collectSortedList())
                .then(() -> worker("tea", "ann"))
                .assertNext(replies -> assertThat(replies).containsExactly("ann: one", "ann: two"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sharesRequestsBetweenWorkers() {
        worker("tea", "ann");
        worker("tea", "bob");
        StepVerifier.create(Flux.range(0, 10_000)
                        .flatMap(i -> ask("tea", "" + i), 8)
                        .map(reply -> reply.substring(0, 3))
                        .distinct()
                        .take(2) // one of them may be ready much later
                        .collectSortedList())
                .assertNext(names -> assertThat(names).containsExactly("ann", "bob"))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
