package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.model.Lane.State;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.PeerSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A place on one side, where one socket after another lives. The play's own thread calls, unless said otherwise. */
final class Player {

    static final String GROUP = "g";

    final String place;
    final boolean giving;
    final boolean binds;
    private final Pattern pattern;
    private final Ledger ledger;
    private int lives;
    private int begun;

    @Nullable
    ZmtpSocket socket;

    private volatile boolean closing;
    private String life = "";
    private @Nullable Lane lane;
    private @Nullable Taking taking;
    /** By routing id, who it is; of those that address. */
    private final Map<Bytes, String> known = new ConcurrentHashMap<>();

    private final Map<Bytes, Lane> lanes = new ConcurrentHashMap<>();
    private final Set<Disposable> cancellable = ConcurrentHashMap.newKeySet();
    final AtomicInteger waiting = new AtomicInteger();
    private boolean streaming;
    private final List<ZmtpSocket> ended = new ArrayList<>();

    Player(Pattern pattern, Ledger ledger, String place, boolean giving, boolean binds) {
        this.pattern = pattern;
        this.ledger = ledger;
        this.place = place;
        this.giving = giving;
        this.binds = binds;
    }

    // ---- lives

    void begin(ZmtpSocket fresh) {
        life = place + "." + lives++;
        closing = false;
        socket = fresh;
        if (fresh instanceof SubSocket sub) {
            sub.subscribe("");
        } else if (fresh instanceof DishSocket dish) {
            dish.join(GROUP);
        }
        if (fresh instanceof Sender && !pattern.addresses(giving)) {
            lane = ledger.lane(life, null);
        }
    }

    /** Connects to a place. */
    void connect(Endpoint endpoint, String there) {
        ZmtpSocket here = open();
        if (here instanceof PeerSocket peer) {
            known.values().remove(there);
            known.put(peer.connectPeer(endpoint).block(Run.TIMEOUT), there);
        } else {
            here.connectNow(endpoint);
        }
    }

    void knows(Bytes id, String there) {
        known.put(id, there);
    }

    boolean isOpen() {
        return socket != null;
    }

    ZmtpSocket open() {
        ZmtpSocket here = socket;
        if (here == null) {
            throw new IllegalStateException(place + " is away");
        }
        return here;
    }

    /** Ends the socket as {@code close()} does, and answers what that said. */
    Closed end() {
        closing = true;
        ZmtpSocket here = open();
        Closed closed = here.close().block(Run.TIMEOUT);
        if (closed == null) {
            throw new AssertionError(life + " did not close");
        }
        ended.add(here);
        socket = null;
        taking = null;
        lane = null;
        lanes.clear();
        cancellable.clear();
        known.clear();
        if (closed.unsentMessages() > here.drops().getOrDefault(DropReason.LINGER, 0L)) {
            ledger.fault(life + " was closed with " + closed + ", but dropped " + here.drops());
        }
        return closed;
    }

    /** What all its lives have dropped. */
    long dropped() {
        long sum = socket == null ? 0 : sum(socket);
        for (ZmtpSocket each : ended) {
            sum += sum(each);
        }
        return sum;
    }

    private static long sum(ZmtpSocket socket) {
        return socket.drops().values().stream().mapToLong(Long::longValue).sum();
    }

    String drops() {
        StringBuilder all = new StringBuilder(place);
        ended.forEach(each -> all.append(' ').append(each.drops()));
        return all.append(socket == null ? "" : " " + socket.drops()).toString();
    }

    // ---- sending

    boolean sends() {
        return socket instanceof Sender && (lane != null || !known.isEmpty());
    }

    /** The lanes of its socket: one, or one to each that it knows. */
    List<Map.Entry<Bytes, Lane>> ways() {
        if (lane != null) {
            return List.of(Map.entry(Bytes.EMPTY, lane));
        }
        lanes.keySet().retainAll(known.keySet());
        known.forEach((id, there) -> lanes.computeIfAbsent(id, key -> ledger.lane(life + ">" + begun++, there)));
        return List.copyOf(lanes.entrySet());
    }

    /** Forgets whom it knew by an id that a new connection has made void; they say so again when they send. */
    void forget() {
        if (pattern != Pattern.DEALER_ROUTER) {
            known.clear();
            lanes.clear();
        }
    }

    private Message message(Map.Entry<Bytes, Lane> way, int number) {
        Bytes body = way.getValue().body(number);
        if (pattern.addresses(giving)) {
            return Message.of(way.getKey(), body);
        }
        return pattern == Pattern.RADIO_DISH ? Message.of(Bytes.utf8(GROUP), body) : Message.of(body);
    }

    boolean mayStream() {
        return waiting.get() == 0;
    }

    boolean maySend() {
        return waiting.get() == 0 || (!streaming && waiting.get() < 50);
    }

    int send(Map.Entry<Bytes, Lane> way) {
        streaming = false;
        Lane on = way.getValue();
        int number = on.begin();
        hear(((Sender) open()).send(message(way, number)), List.of(), on, number);
        return number;
    }

    void stream(Map.Entry<Bytes, Lane> way, int count) {
        streaming = true;
        Lane on = way.getValue();
        List<Integer> numbers = new ArrayList<>(); // while it runs, of whoever runs it
        hear(
                ((Sender) open()).send(Flux.range(0, count).map(i -> {
                    int number = on.begin();
                    numbers.add(number);
                    return message(way, number);
                })),
                numbers,
                on,
                -1);
    }

    private void hear(Mono<Void> sent, List<Integer> numbers, Lane on, int number) {
        waiting.incrementAndGet();
        String sender = life;
        Disposable subscription = sent.doFinally(signal -> waiting.decrementAndGet())
                .subscribe(
                        nothing -> {},
                        error -> {
                            if (number >= 0) {
                                on.states.put(number, State.FAILED);
                            }
                            boolean expected = error instanceof ZmtpClosedException
                                    ? closing || pattern.addresses(giving)
                                    : error instanceof ZmtpSendException && pattern.addresses(giving);
                            if (!expected) {
                                ledger.fault(sender + " could not send: " + error);
                            }
                        },
                        () -> {
                            if (number >= 0) {
                                on.states.put(number, State.ACCEPTED);
                            } else {
                                numbers.forEach(each -> on.states.put(each, State.ACCEPTED));
                            }
                        });
        cancellable.removeIf(Disposable::isDisposed);
        cancellable.add(subscription);
    }

    /** Cancels what waits to be accepted. */
    void cancel() {
        cancellable.forEach(Disposable::dispose);
        cancellable.clear();
    }

    // ---- receiving

    boolean receives() {
        return socket instanceof Receiver;
    }

    /** Asks for so many more messages. */
    void take(long count) {
        Taking now = taking;
        if (now == null || now.isDisposed()) {
            now = new Taking(life);
            taking = now;
            ((Receiver) open()).receive().subscribe(now);
        }
        now.request(count);
    }

    /** Ends its subscription. */
    void stop() {
        if (taking != null) {
            taking.end();
            taking = null;
        }
    }

    /** Takes messages down, in the thread that brings them. */
    private final class Taking extends BaseSubscriber<Message> {

        private final String life;
        private boolean late;

        Taking(String life) {
            this.life = life;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // nothing is asked for yet
        }

        @Override
        protected synchronized void hookOnNext(Message message) {
            Lane from = ledger.arrived(place, life, message.last(), late);
            if (from != null && !giving && pattern.addresses(giving)) {
                known.put(message.first(), from.id.substring(0, from.id.indexOf('.')));
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            ledger.fault(life + " failed to receive: " + error);
        }

        /** One that is under way may come a little later, beside what the next subscriber gets. */
        synchronized void end() {
            late = true;
            cancel();
        }
    }
}
