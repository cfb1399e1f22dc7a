package io.zmtp.samples.recipes;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.ReplayEndpoints;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The clone: many programs have the same map. One that comes later gets the last value of each key, and what follows. */
final class Clone {

    private Clone() {}

    /** The map of one program, after each change. */
    static Flux<Map<String, String>> copy(ReplayEndpoints server) {
        return ReplaySubscriber.create(options -> options.from(Start.lastValues()))
                .connect(server)
                .receive()
                .scan(new TreeMap<>(), (map, change) -> {
                    Map<String, String> changed = new TreeMap<>(map);
                    changed.put(change.first().utf8(), change.text());
                    return changed;
                });
    }

    public static void main(String[] args) {
        ReplayPublisher server = ReplayPublisher.create(history -> history.lastValues(1000)); // keys
        ReplayEndpoints endpoints = server.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        PullSocket collector = PullSocket.create();
        Endpoint changes = collector.bindNow("tcp://127.0.0.1:*");
        server.send(collector.receive()).subscribe(); // every change gets its number here, so all see one order

        PushSocket program = PushSocket.create();
        program.connectNow(changes);
        program.send(Flux.just(Message.of("tea", "1.20"), Message.of("cake", "3.00"), Message.of("tea", "1.30")))
                .block();
        copy(endpoints)
                .filter(map -> map.equals(Map.of("tea", "1.30", "cake", "3.00")))
                .blockFirst();

        Flux<Map<String, String>> late = copy(endpoints); // it begins with two keys, not with three changes
        late.doOnNext(map -> {
                    if (map.size() == 2) {
                        program.send("milk", "0.40").subscribe();
                    }
                })
                .takeUntil(map -> map.size() == 3)
                .doOnNext(System.out::println)
                .blockLast();
        List.of(program, collector, server).forEach(Disposable::dispose);
    }
}
