package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.model.Lane.State;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.PeerSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A place on one side, where one socket after another lives. The play's own thread calls, unless said otherwise. */
final class Player {

    static final String GROUP = "g";

    /** What subscribers always want: everything that givers send. */
    static final Bytes TOPIC = Bytes.utf8("G");

    /** What they subscribe to beside that, now and then. */
    static final List<Bytes> EXTRA = List.of(Bytes.utf8("G0"), Bytes.utf8("G1"), Bytes.utf8("n"));

    final String place;
    final boolean giving;
    final boolean binds;
    private final Pattern pattern;
    private final Ledger ledger;
    private final @Nullable Overflow rule;
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
    /** How many dropped messages the events of this life have. */
    private AtomicLong reported = new AtomicLong();

    private final List<ZmtpSocket> ended = new ArrayList<>();
    private final Set<Bytes> wanted = new HashSet<>();
    private @Nullable Heard heard;

    Player(Pattern pattern, Ledger ledger, String place, boolean giving, boolean binds, @Nullable Overflow rule) {
        this.pattern = pattern;
        this.ledger = ledger;
        this.place = place;
        this.giving = giving;
        this.binds = binds;
        this.rule = rule;
    }

    // ---- lives

    void begin(ZmtpSocket fresh, Heard.Mode mode) {
        life = place + "." + lives++;
        closing = false;
        socket = fresh;
        AtomicLong sum = new AtomicLong();
        reported = sum;
        fresh.monitor().ofType(MonitorEvent.Dropped.class).subscribe(event -> sum.addAndGet(event.count()));
        wanted.clear();
        heard = fresh instanceof XPubSocket xpub ? new Heard(xpub, mode) : null;
        if (heard != null && mode == Heard.Mode.MANUAL) {
            take(Long.MAX_VALUE); // or nobody is subscribed
        }
        if (subscribes()) {
            wantOrNot(TOPIC);
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
            known.put(peer.connectPeer(endpoint).block(Expect.TIMEOUT), there);
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
        Closed closed = here.close().block(Expect.TIMEOUT);
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
        if (reported.get() != sum(here)) {
            ledger.fault(life + " reported " + reported + " dropped messages, but dropped " + here.drops());
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

    static long sum(ZmtpSocket socket) {
        return socket.drops().values().stream().mapToLong(Long::longValue).sum();
    }

    String drops() {
        StringBuilder all = new StringBuilder(place);
        ended.forEach(each -> all.append(' ').append(each.drops()));
        return all.append(socket == null ? "" : " " + socket.drops()).toString();
    }

    // ---- subscribing

    boolean subscribes() {
        return socket instanceof SubSocket || socket instanceof XSubSocket;
    }

    /** Subscribes to a prefix, or ends that. */
    void wantOrNot(Bytes prefix) {
        boolean ends = !wanted.add(prefix) && wanted.remove(prefix);
        if (socket instanceof XSubSocket xsub) {
            xsub.send(Heard.notice(prefix, ends))
                    .subscribe(nothing -> {}, error -> ledger.fault(life + " could not subscribe: " + error));
        } else if (socket instanceof SubSocket sub && ends) {
            sub.unsubscribe(prefix);
        } else if (socket instanceof SubSocket sub) {
            sub.subscribe(prefix);
        }
    }

    boolean wants(Bytes prefix) {
        return wanted.contains(prefix);
    }

    /** What it has heard of subscribers; null if it does not. */
    @Nullable
    Heard heard() {
        return heard;
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
        if (!pattern.isNamed()) {
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
                                    : error instanceof ZmtpSendException
                                            && (pattern.addresses(giving) || rule == Overflow.FAIL);
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
            now = new Taking(life, heard);
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
        private final @Nullable Heard heard;
        private boolean late;

        Taking(String life, @Nullable Heard heard) {
            this.life = life;
            this.heard = heard;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // nothing is asked for yet
        }

        @Override
        protected synchronized void hookOnNext(Message message) {
            if (heard != null && Heard.isNotice(message)) {
                String wrong = heard.hear(message, late);
                if (!wrong.isEmpty()) {
                    ledger.fault(life + " " + wrong);
                }
                return;
            }
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
