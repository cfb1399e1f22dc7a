package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Follows a registry: connects to what comes, disconnects what goes. */
final class Discovery {

    private Discovery() {}

    public static void main(String[] args) {
        PullSocket one = PullSocket.create();
        PullSocket other = PullSocket.create();
        Sinks.Many<Set<Endpoint>> registry = Sinks.many().replay().latest(); // yours
        PushSocket push = PushSocket.create();
        push.connectAll(registry.asFlux()).subscribe();

        registry.tryEmitNext(Set.of(one.bindNow("tcp://127.0.0.1:*"), other.bindNow("tcp://127.0.0.1:*")));
        push.send(Flux.range(1, 10).map(i -> Message.of("task " + i))).subscribe();
        Flux.merge(one.receive(), other.receive())
                .map(Message::text)
                .take(10)
                .doOnNext(System.out::println)
                .blockLast();
        push.close().block();
        one.dispose();
        other.dispose();
    }
}
