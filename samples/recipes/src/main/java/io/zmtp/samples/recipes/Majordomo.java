package io.zmtp.samples.recipes;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.ReqSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Majordomo (RFC 7): workers offer services by name, and clients ask for a service. */
final class Majordomo {

    private Majordomo() {}

    /** Asks the worker of a service; any REQ does. */
    static Mono<Message> ask(ReqSocket client, String service, String body) {
        return client.request(MajordomoBroker.CLIENT, service, body)
                .map(reply -> reply.skip(2)) // without MDPC01 and the name of the service
                .timeout(Duration.ofSeconds(2));
    }

    /** Offers a service. */
    static DealerSocket worker(Endpoint broker, String service, UnaryOperator<String> work) {
        Bytes header = Bytes.utf8(MajordomoBroker.WORKER);
        DealerSocket worker = DealerSocket.create();
        worker.connectNow(broker);
        Flux<Message> replies = worker.receive()
                .filter(message -> message.part(2).equals(MajordomoBroker.REQUEST))
                .map(message -> Message.of(
                        Bytes.EMPTY,
                        header,
                        MajordomoBroker.REPLY,
                        message.part(3), // the client
                        Bytes.EMPTY,
                        Bytes.utf8(work.apply(message.text()))));
        Message ready = Message.of(Bytes.EMPTY, header, MajordomoBroker.READY, Bytes.utf8(service));
        worker.send(replies.startWith(ready)).subscribe();
        return worker;
    }

    public static void main(String[] args) {
        MajordomoBroker broker = new MajordomoBroker();
        Endpoint endpoint = broker.router.bindNow("tcp://127.0.0.1:*");
        Disposable running = broker.run().subscribe();
        DealerSocket echo = worker(endpoint, "echo", text -> text);
        DealerSocket upper = worker(endpoint, "upper", String::toUpperCase);
        ReqSocket client = ReqSocket.create();
        client.connectNow(endpoint);

        Flux.concat(
                        ask(client, "echo", "hello"),
                        ask(client, "upper", "hello"),
                        ask(client, "mmi.service", "upper"), // RFC 8: is there such a service?
                        ask(client, "mmi.service", "lower"))
                .map(Message::text)
                .doOnNext(System.out::println)
                .blockLast();
        List.of(running, client, echo, upper, broker.router).forEach(Disposable::dispose);
    }
}
