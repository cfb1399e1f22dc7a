package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The guide's clone: whoever comes late asks for all that is, and follows what changes from there on. */
class CloneTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** Changes go out as {@code key value number}; all that is, as {@code number}, then {@code key value} and so on. */
    private final class Original {

        // All that changes in a test may wait for a copy that is not there yet.
        final PubSocket changes = sockets.open(PubSocket::create, options -> options.sendHwm(5000));
        final RepSocket snapshots = sockets.open(RepSocket::create);
        final Endpoint changesAt = changes.bindNow("tcp://127.0.0.1:*");
        final Endpoint snapshotsAt = snapshots.bindNow("tcp://127.0.0.1:*");
        final Map<String, String> values = new TreeMap<>();
        long number;

        Original() {
            snapshots.serve(asked -> Mono.just(snapshot())).subscribe();
        }

        private synchronized Message snapshot() {
            List<String> parts = new ArrayList<>();
            parts.add(Long.toString(number));
            values.forEach((key, value) -> {
                parts.add(key);
                parts.add(value);
            });
            return Message.of(parts.toArray(String[]::new));
        }

        Mono<Void> put(String key, String value) {
            Message change;
            synchronized (this) {
                values.put(key, value);
                change = Message.of(key, value, Long.toString(++number));
            }
            return changes.send(change);
        }
    }

    /** Subscribes first, and then asks: what changes meanwhile waits in the socket, and what it knows already is skipped. */
    private Flux<Map<String, String>> clone(Original of) {
        SubSocket changes = sockets.open(SubSocket::create);
        ReqSocket snapshots = sockets.open(ReqSocket::create);
        changes.subscribe("");
        changes.connectNow(of.changesAt);
        snapshots.connectNow(of.snapshotsAt);
        return of.changes.awaitSubscribers("", 1).then(snapshots.request("all")).flatMapMany(snapshot -> {
            Map<String, String> values = new TreeMap<>();
            for (int i = 1; i < snapshot.size(); i += 2) {
                values.put(snapshot.part(i).utf8(), snapshot.part(i + 1).utf8());
            }
            long known = Long.parseLong(snapshot.first().utf8());
            return changes.receive()
                    .filter(change -> Long.parseLong(change.text()) > known)
                    .map(change -> {
                        values.put(change.first().utf8(), change.part(1).utf8());
                        return Map.copyOf(values);
                    })
                    .startWith(Map.copyOf(values));
        });
    }

    @Test
    void knowsWhatWasThereBefore() {
        Original original = new Original();
        original.put("a", "1").then(original.put("b", "2")).block(TIMEOUT);
        StepVerifier.create(clone(original))
                .expectNext(Map.of("a", "1", "b", "2"))
                .then(() -> original.put("a", "3").block(TIMEOUT))
                .expectNext(Map.of("a", "3", "b", "2"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void missesNothingThatChangesWhileItComes() {
        Original original = new Original();
        Sinks.Empty<Void> half = Sinks.empty();
        Flux.range(1, 2000)
                .concatMap(i -> original.put("key " + i % 10, "value " + i).doOnSuccess(done -> {
                    if (i == 500) {
                        half.tryEmitEmpty();
                    }
                }))
                .concatWith(Mono.defer(() -> original.put("end", "true")).then(Mono.empty()))
                .subscribeOn(Schedulers.boundedElastic())
                .subscribe();
        half.asMono().block(TIMEOUT);
        Map<String, String> copy =
                clone(original).filter(values -> values.containsKey("end")).blockFirst(TIMEOUT);
        assertThat(copy).isEqualTo(original.values);
    }
}
