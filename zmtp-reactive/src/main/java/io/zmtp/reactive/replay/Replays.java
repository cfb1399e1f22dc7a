package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.RouterSocket;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * Answers subscribers that ask for what they missed. Of each, one request is answered at a time, and a few wait; the answer waits for
 * room in the queue of the peer, and holds up nobody else.
 */
final class Replays {

    /** So many requests of a peer wait; more are dropped. */
    private static final int MAX_PENDING = 4;

    private static final int MAX_PAGE = 1024 * 1024;

    /** More than these would be slow to look for. */
    static final int MAX_PREFIXES = 256;

    private final RouterSocket router;
    private final History history;
    private final @Nullable LastByKey values;
    private final long epoch;
    private final boolean plainTopics;

    /** What waits, by the subscriber that asked and is being answered. */
    private final Map<Bytes, Queue<Message>> asking = new HashMap<>();

    Replays(RouterSocket router, History history, @Nullable LastByKey values, long epoch, boolean plainTopics) {
        this.router = router;
        this.history = history;
        this.values = values;
        this.epoch = epoch;
        this.plainTopics = plainTopics;
    }

    void start() {
        router.receive().subscribe(this::asked);
    }

    /** How many subscribers are being answered. */
    int answering() {
        synchronized (asking) {
            return asking.size();
        }
    }

    private void asked(Message request) {
        synchronized (asking) {
            Queue<Message> waiting = asking.get(request.first());
            if (waiting == null) {
                asking.put(request.first(), new ArrayDeque<>(0));
            } else if (waiting.size() < MAX_PENDING) {
                waiting.add(request);
                return;
            } else {
                router.drop(request, DropReason.QUEUE_FULL);
                return;
            }
        }
        serve(request);
    }

    /** Answers a request, and then what has come from the same peer meanwhile. */
    private void serve(Message request) {
        // What fails is the answer to a peer that has gone, and which would ask again.
        Mono.defer(() -> answer(request))
                .subscribe(nothing -> {}, gone -> served(request.first()), () -> served(request.first()));
    }

    private void served(Bytes client) {
        Message next;
        synchronized (asking) {
            Queue<Message> waiting = asking.get(client);
            next = waiting == null ? null : waiting.poll();
            if (next == null) {
                asking.remove(client);
                return;
            }
        }
        serve(next);
    }

    private Mono<Void> answer(Message request) {
        Query query = Query.read(request);
        if (query != null && query.prefixes().size() <= MAX_PREFIXES) {
            return router.send(page(query).toMessage(request.first()));
        }
        if (request.size() == 3 && Wire.isNumber(request.part(2))) {
            return router.send(all(request.first(), request.part(1), Wire.toNumber(request.part(2))));
        }
        router.drop(request, DropReason.MALFORMED);
        return Mono.empty();
    }

    private Page page(Query asked) {
        int maxBytes = Math.max(1, Math.min(asked.maxBytes(), MAX_PAGE));
        // Numbers of another epoch are not those of messages here.
        long first = asked.epoch() == 0 || asked.epoch() == epoch ? asked.first() : Wire.END;
        Query query = new Query(
                asked.id(), asked.mode(), epoch, first, asked.last(), maxBytes, List.copyOf(asked.prefixes()));
        LastByKey cache = values;
        if (query.mode() != Query.Mode.LAST_VALUES || first < 0) {
            return history.page(query, epoch);
        }
        return cache == null ? nothing(query) : cache.page(query, epoch, history.next());
    }

    /** There are no last values: everything was looked at. */
    private Page nothing(Query query) {
        long next = history.next();
        return new Page(query.id(), epoch, 0, next - 1, next, Bytes.EMPTY);
    }

    // ---- by the plain wire

    /** A message for each that is kept and was published before now; taken from the history as the peer takes them. */
    private Flux<Message> all(Bytes client, Bytes delimiter, long first) {
        long end = history.next();
        return Flux.generate(() -> new Plain(client, delimiter, first, end), Plain::next);
    }

    private final class Plain {

        private final Bytes client;
        private final Bytes delimiter;
        private final long end;
        private long wanted;
        private Records records = Records.of(Bytes.EMPTY);

        Plain(Bytes client, Bytes delimiter, long first, long end) {
            this.client = client;
            this.delimiter = delimiter;
            this.wanted = first;
            this.end = end;
        }

        Plain next(SynchronousSink<Message> sink) {
            boolean found = records.next();
            if (!found && wanted >= 0 && wanted < end) {
                records = Records.of(history.page(
                                new Query(0, Query.Mode.MESSAGES, epoch, wanted, end - 1, MAX_PAGE / 4, List.of()),
                                epoch)
                        .records());
                found = records.next();
            }
            if (!found) {
                sink.next(wrap(Bytes.EMPTY, Wire.END_PART, List.of(Bytes.EMPTY)));
                sink.complete();
                return this;
            }
            Message message = records.message(null);
            wanted = records.number() + 1;
            List<Bytes> parts = message.parts();
            List<Bytes> payload = parts.size() == 1 ? List.of(Bytes.EMPTY) : parts.subList(1, parts.size());
            sink.next(wrap(message.first(), Wire.number(records.number()), payload));
            return this;
        }

        private Message wrap(Bytes topic, Bytes number, List<Bytes> payload) {
            Message whole = Message.of(payload).prepend(number);
            return (plainTopics ? whole.prepend(topic) : whole)
                    .prepend(delimiter)
                    .prepend(client);
        }
    }
}
