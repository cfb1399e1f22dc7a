package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.model.Lane.State;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sockets of one pattern that send and receive while their connections are cut, their peers are slow or away, and they
 * are closed and cancelled themselves; then everybody is well again, and what was promised is checked. All that is
 * random comes from the seed, but for who is faster.
 */
final class Run implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int LAST_WORDS = 3;

    private final Random random;
    private final Pattern pattern;
    private final Stage stage;
    private final Ledger ledger = new Ledger();
    private final List<Player> givers = new ArrayList<>();
    private final List<Player> takers = new ArrayList<>();
    private final List<Player> all = new ArrayList<>();
    private final boolean giversBind;
    private final int sendHwm;
    private final int recvHwm;

    /** Those whose connection was cut. */
    private final Set<ConnectedPeer> cutOff = new HashSet<>();

    // What goes wrong in this run.
    private final boolean cuts;
    private final boolean takersLeave;
    private final boolean giversLeave;
    private final boolean disconnects;
    private final boolean cancels;
    private final boolean slow;
    private final boolean strangers;

    Run(Pattern pattern, Transport transport, long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.pattern = pattern;
        this.giversBind = !pattern.addresses(false) && random.nextBoolean();
        boolean tcp = transport == Transport.TCP || transport == Transport.TCP_CURVE;
        this.cuts = random.nextBoolean() && tcp;
        this.takersLeave = random.nextInt(4) == 0;
        this.giversLeave = random.nextInt(3) == 0;
        this.disconnects = random.nextInt(5) == 0;
        this.cancels = random.nextInt(5) < 2;
        this.slow = random.nextInt(5) < 3;
        this.strangers = random.nextInt(3) == 0;
        this.sendHwm = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
        this.recvHwm = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
        this.stage = new Stage(transport, random, cuts, seed);
        int mostGivers = 1 + random.nextInt(pattern.mostGivers);
        int mostTakers = 1 + random.nextInt(pattern.mostTakers);
        for (int i = 0; i < mostGivers; i++) {
            givers.add(new Player(pattern, ledger, "G" + i, true, giversBind));
        }
        for (int i = 0; i < mostTakers; i++) {
            takers.add(new Player(pattern, ledger, "T" + i, false, !giversBind));
        }
        all.addAll(givers);
        all.addAll(takers);
    }

    /** Plays it, and answers what is wrong: nothing, it is to be hoped. */
    List<String> play() {
        try {
            binders().forEach(this::begin);
            connectors().forEach(this::begin);
            awaitSubscribers();
            for (int step = 40 + random.nextInt(80); step > 0; step--) {
                step();
                if (random.nextBoolean()) {
                    pause(random.nextInt(1000));
                }
            }
            heal();
            lastWords();
            settle();
            givers.forEach(Player::end);
            if (isExact()) {
                expect("all that was accepted arrives, or is counted", () -> balance() >= 0);
            }
        } catch (Unkept fault) {
            ledger.fault(fault.getMessage());
        }
        all.stream().filter(Player::isOpen).forEach(Player::end);
        ledger.check(pattern.publishes(), isOrdered());
        account();
        return List.copyOf(ledger.faults);
    }

    private List<Player> binders() {
        return giversBind ? givers : takers;
    }

    private List<Player> connectors() {
        return giversBind ? takers : givers;
    }

    // ---- lives

    private void begin(Player player) {
        ZmtpSocket socket = pattern.open(player.giving, options -> options(options, player));
        player.begin(socket);
        if (socket instanceof RouterSocket) {
            givers.forEach(each -> player.knows(Bytes.utf8(each.place), each.place));
        }
        if (player.binds) {
            stage.bind(player.place, socket);
        } else {
            binders().forEach(each -> player.connect(stage.endpoint(each.place), each.place));
        }
    }

    private SocketOptions options(SocketOptions options, Player player) {
        SocketOptions basic = stage.secure(options, player.binds)
                .sendHwm(sendHwm)
                .recvHwm(recvHwm)
                .linger(Duration.ofMillis(300))
                .reconnect(Duration.ofMillis(5), Duration.ofMillis(40));
        return pattern == Pattern.DEALER_ROUTER && player.giving ? basic.routingId(Bytes.utf8(player.place)) : basic;
    }

    private void awaitSubscribers() {
        if (!pattern.publishes()) {
            return;
        }
        for (Player each : givers) {
            Mono<Void> subscribed = each.open() instanceof PubSocket pub
                    ? pub.awaitSubscribers("a", takers.size())
                    : ((RadioSocket) each.open()).awaitSubscribers(Player.GROUP, takers.size());
            if (subscribed.thenReturn(true).timeout(TIMEOUT, Mono.empty()).block() == null) {
                throw new Unkept(each.place + " does not hear of all subscribers: it has "
                        + each.open().peers());
            }
        }
    }

    // ---- what happens

    private void step() {
        Player giver = any(givers);
        Player taker = any(takers);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> send(giver);
            case 4 -> stream(giver);
            case 5, 6 -> {
                if (pattern.bothWays()) {
                    send(taker);
                } else {
                    send(giver);
                }
            }
            case 7, 8, 9 -> take(taker);
            case 10 -> {
                if (pattern.bothWays()) {
                    take(giver);
                }
            }
            case 11 -> {
                if (cancels) {
                    any(all).cancel();
                }
            }
            case 12 -> {
                Player player = any(all);
                if (cancels && player.receives()) {
                    player.stop();
                }
            }
            case 13 -> {
                if (cuts) {
                    all.stream()
                            .filter(Player::isOpen)
                            .forEach(each -> cutOff.addAll(each.open().peers()));
                    stage.cut();
                }
            }
            case 14 -> {
                if (strangers) {
                    stage.stranger(any(binders()).place);
                }
            }
            default -> leave(giver, taker);
        }
    }

    private void send(Player player) {
        for (int count = 1 + random.nextInt(10);
                count > 0 && player.isOpen() && player.sends() && player.maySend();
                count--) {
            player.send(any(player.ways()));
        }
    }

    private void stream(Player player) {
        if (player.isOpen() && player.sends() && player.mayStream() && !pattern.addresses(player.giving)) {
            player.stream(any(player.ways()), 1 + random.nextInt(300));
        }
    }

    private void take(Player player) {
        if (player.isOpen() && player.receives()) {
            player.take(slow ? 1 + random.nextInt(20) : Long.MAX_VALUE);
        }
    }

    private void leave(Player giver, Player taker) {
        Player player = random.nextBoolean() ? giver : taker;
        if (!player.isOpen()) {
            begin(player);
        } else if (player.giving ? giversLeave : takersLeave) {
            if (player.giving) {
                takers.stream()
                        .filter(Player::isOpen)
                        .filter(Player::receives)
                        .forEach(each -> each.take(Long.MAX_VALUE));
            }
            player.end();
        } else if (disconnects && !player.binds) {
            Player other = any(binders());
            player.open().disconnect(stage.endpoint(other.place)).block(TIMEOUT);
            player.connect(stage.endpoint(other.place), other.place);
        }
    }

    // ---- the end

    /** Everybody is there, and takes what there is. */
    private void heal() {
        binders().stream().filter(each -> !each.isOpen()).forEach(this::begin);
        connectors().stream().filter(each -> !each.isOpen()).forEach(this::begin);
        all.stream().filter(Player::receives).forEach(each -> each.take(Long.MAX_VALUE));
        all.forEach(each -> expect(
                each.place + " notices that connections were cut",
                () -> each.open().peers().stream().noneMatch(cutOff::contains)));
        all.forEach(each -> expect(
                each.place + " meets all of the other side again",
                () -> each.open().peers().size() == (each.binds ? connectors() : binders()).size(),
                () -> " but has " + each.open().peers()));
        all.forEach(each -> expect(
                each.place + " can send again", () -> each.waiting.get() == 0, () -> " but " + each.waiting + " wait"));
        awaitSubscribers();
    }

    /** What is sent now arrives, for nothing stands in its way. */
    private void lastWords() {
        for (Player each : all) {
            if (each.open() instanceof Sender sender
                    && sender.flush()
                                    .thenReturn(true)
                                    .timeout(TIMEOUT, Mono.empty())
                                    .block()
                            == null) {
                throw new Unkept("not kept: " + each.place + " writes what it has");
            }
        }
        settle(); // what is still to come may name peers that are no more
        takers.forEach(Player::forget);
        givers.forEach(this::lastWords);
        if (pattern.bothWays()) {
            takers.forEach(this::lastWords);
        }
    }

    private void lastWords(Player player) {
        List<Player> others = player.giving ? takers : givers;
        for (Map.Entry<Bytes, Lane> way : player.ways()) {
            Lane lane = way.getValue();
            for (int i = 0; i < LAST_WORDS; i++) {
                int number = player.send(way);
                expect(
                        lane.id + ":" + number + ", sent when all was well, arrives",
                        () -> pattern.publishes()
                                ? others.stream().allMatch(each -> ledger.has(each.place, lane, number))
                                : others.stream().anyMatch(each -> ledger.has(each.place, lane, number)),
                        () -> " but is " + lane.states.get(number) + ", drops are " + drops());
            }
        }
    }

    /** Nothing more comes. */
    private void settle() {
        int[] last = {-1, 0};
        expect("messages end", () -> {
            int now = ledger.arrived();
            last[1] = now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] == 20;
        });
    }

    /** Whether nothing can be lost uncounted: in flight when a connection ends, or read by a receiver that closes. */
    private boolean isExact() {
        boolean parts = giversLeave || disconnects;
        return !cuts
                && !takersLeave
                && !(pattern.publishes() && parts) // who comes back may be a moment without subscribers
                && !(pattern.bothWays() && parts); // who leaves may not have read all
    }

    /** Whether each receiver hears a sender in order: unless what waits for one may be given to another. */
    private boolean isOrdered() {
        boolean parts = cuts || takersLeave || disconnects;
        return takers.size() == 1 || pattern.publishes() || pattern.addresses(true) || !parts;
    }

    private long copies() {
        return pattern.publishes() ? takers.size() : 1;
    }

    private long dropped() {
        return all.stream().mapToLong(Player::dropped).sum();
    }

    private String drops() {
        return all.stream().map(Player::drops).toList().toString();
    }

    /** How much more arrived or was counted than was certainly accepted. */
    private long balance() {
        return ledger.arrived() + dropped() - copies() * ledger.count(State.ACCEPTED);
    }

    private void account() {
        long more = balance();
        long open = copies() * ledger.count(State.OPEN);
        if ((more < 0 && isExact()) || more > open) {
            ledger.fault(ledger.arrived() + " arrived and " + dropped() + " were counted as dropped, of "
                    + copies() * ledger.count(State.ACCEPTED) + " accepted, and " + open + " perhaps; drops are "
                    + drops());
        }
    }

    private static void expect(String promise, BooleanSupplier kept) {
        expect(promise, kept, () -> "");
    }

    private static void expect(String promise, BooleanSupplier kept, Supplier<String> but) {
        Boolean done = Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .onBackpressureDrop()
                .map(tick -> kept.getAsBoolean())
                .filter(yes -> yes)
                .next()
                .timeout(TIMEOUT, Mono.empty())
                .block();
        if (done == null) {
            throw new Unkept("not kept: " + promise + but.get());
        }
    }

    private static void pause(int micros) {
        Mono.delay(Duration.ofNanos(micros * 1000L)).block();
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    @Override
    public void close() {
        all.stream().filter(Player::isOpen).forEach(each -> each.open().dispose());
        stage.close();
    }

    @Override
    public String toString() {
        return pattern + " " + givers.size() + ":" + takers.size() + (giversBind ? " givers bind" : "")
                + (cuts ? " cuts" : "") + (takersLeave ? " takersLeave" : "") + (giversLeave ? " giversLeave" : "")
                + (disconnects ? " disconnects" : "") + (cancels ? " cancels" : "") + (slow ? " slow" : "")
                + (strangers ? " strangers" : "") + " sendHwm " + sendHwm + " recvHwm " + recvHwm;
    }

    /** A promise that was not kept in time. */
    private static final class Unkept extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unkept(String promise) {
            super(promise);
        }
    }
}
