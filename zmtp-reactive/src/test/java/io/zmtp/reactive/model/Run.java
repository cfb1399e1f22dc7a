package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.model.Lane.State;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.TypeOption;
import io.zmtp.reactive.socket.XPubSocket;
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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sockets of one pattern that send and receive while their connections are cut, their peers are slow or away, and they
 * are closed and cancelled themselves; then everybody is well again, and what was promised is checked. All that is
 * random comes from the seed, except which side is faster.
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
    private final @Nullable Broker broker;

    // What is set, beside that.
    private final @Nullable Overflow giverRule;
    private final @Nullable Overflow takerRule;
    private final boolean immediate;
    private final boolean mandatory;
    private final Heard.Mode mode;

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
    private final boolean brokerLeaves;

    /**
     * Decides what is to go wrong.
     *
     * @param plain whether options that change a type's rule for its messages are left as they are
     */
    Run(Pattern pattern, Transport transport, long seed, boolean plain) {
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
        Random options = new Random(~seed * 0x9E3779B97F4A7C15L); // of its own: seeds of old stay what they were
        this.giverRule = plain ? null : rule(options, true);
        this.takerRule = plain ? null : rule(options, false);
        this.immediate = !plain && options.nextInt(3) == 0;
        this.mode = Heard.Mode.values()[options.nextInt(Heard.Mode.values().length)];
        Broker.Kind kind = pattern.broker();
        this.brokerLeaves = kind != null && options.nextInt(3) == 0;
        this.broker = kind == null ? null : new Broker(kind, stage, this::basic, ledger::fault);
        this.mandatory = !plain && options.nextBoolean();
        int mostGivers = 1 + random.nextInt(pattern.mostGivers);
        int mostTakers = 1 + random.nextInt(pattern.mostTakers);
        for (int i = 0; i < mostGivers; i++) {
            givers.add(new Player(pattern, ledger, "G" + i, true, broker == null && giversBind, giverRule));
        }
        for (int i = 0; i < mostTakers; i++) {
            takers.add(new Player(pattern, ledger, "T" + i, false, broker == null && !giversBind, takerRule));
        }
        all.addAll(givers);
        all.addAll(takers);
    }

    /** The type's own, or another one. */
    private @Nullable Overflow rule(Random options, boolean giving) {
        List<Overflow> rules = pattern.rules(giving);
        int any = options.nextInt(2 * rules.size());
        return any < rules.size() ? rules.get(any) : null;
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
            if (broker != null && !await(broker.flush())) {
                throw new Unkept("the broker does not write what it has");
            }
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
        return broker != null ? List.of() : giversBind ? givers : takers;
    }

    private List<Player> connectors() {
        return broker != null ? all : giversBind ? takers : givers;
    }

    /** Where one that does not bind connects to. */
    private List<String> doors(Player player) {
        if (broker != null) {
            return List.of(player.giving ? Broker.FRONT : Broker.BACK);
        }
        return binders().stream().map(each -> each.place).toList();
    }

    // ---- lives

    private void begin(Player player) {
        ZmtpSocket socket = pattern.open(player.giving, options -> options(options, player));
        player.begin(socket, mode);
        if (pattern.isNamed() && !player.giving) {
            givers.forEach(each -> player.knows(Bytes.utf8(each.place), each.place));
        }
        if (player.binds) {
            stage.bind(player.place, socket);
        } else {
            doors(player).forEach(door -> player.connect(stage.endpoint(door), door));
        }
    }

    private SocketOptions basic(SocketOptions options) {
        return options.sendHwm(sendHwm)
                .recvHwm(recvHwm)
                .linger(Duration.ofMillis(300))
                .reconnect(Duration.ofMillis(5), Duration.ofMillis(40));
    }

    private SocketOptions options(SocketOptions options, Player player) {
        SocketOptions set = basic(stage.secure(options, player.binds));
        SocketType type = pattern.type(player.giving);
        if (pattern.isNamed() && player.giving) {
            set = set.routingId(Bytes.utf8(player.place));
        }
        if (type == SocketType.XPUB) {
            set = mode.set(set);
        }
        if (immediate && TypeOption.IMMEDIATE.types().contains(type)) {
            set = set.immediate();
        }
        if (mandatory && TypeOption.MANDATORY.types().contains(type)) {
            set = set.mandatory();
        }
        Overflow rule = player.giving ? giverRule : takerRule;
        return rule == null ? set : set.onFull(rule);
    }

    private void awaitSubscribers() {
        if (!pattern.publishes()) {
            return;
        }
        Bytes topic = pattern == Pattern.RADIO_DISH ? Bytes.utf8(Player.GROUP) : Player.TOPIC;
        for (Player each : givers) {
            awaitSubscribers(each.open(), topic, broker == null ? takers.size() : 1);
        }
        if (broker != null) {
            awaitSubscribers(broker.back(), topic, takers.size());
        }
    }

    private static void awaitSubscribers(ZmtpSocket socket, Bytes topic, int count) {
        Mono<Void> subscribed;
        if (socket instanceof PubSocket pub) {
            subscribed = pub.awaitSubscribers(topic, count);
        } else if (socket instanceof XPubSocket xpub) {
            subscribed = xpub.awaitSubscribers(topic, count);
        } else {
            subscribed = ((RadioSocket) socket).awaitSubscribers(topic, count);
        }
        if (!await(subscribed)) {
            throw new Unkept(socket + " does not hear of all subscribers: it has " + socket.peers());
        }
    }

    private static boolean await(Mono<Void> step) {
        return step.thenReturn(true).timeout(TIMEOUT, Mono.empty()).block() != null;
    }

    /** Each XPUB received what its peers are subscribed to now, and that all else has ended. */
    private void expectNotices() {
        List<Bytes> prefixes = new ArrayList<>(Player.EXTRA);
        prefixes.add(Player.TOPIC);
        for (Player giver : givers) {
            Heard heard = giver.heard();
            if (heard != null) {
                expect(
                        giver.place + " hears of each subscription, and of its end",
                        () -> prefixes.stream().allMatch(prefix -> heard.knows(prefix, subscribers(prefix))),
                        () -> ": it heard " + heard + " and there are "
                                + prefixes.stream()
                                        .map(prefix -> prefix + "=" + subscribers(prefix))
                                        .toList());
            }
        }
    }

    private int subscribers(Bytes prefix) {
        int wanting = (int) takers.stream().filter(each -> each.wants(prefix)).count();
        return broker == null ? wanting : Math.min(1, wanting);
    }

    // ---- what happens

    private void step() {
        Player giver = any(givers);
        Player taker = any(takers);
        switch (random.nextInt(broker != null || taker.subscribes() ? 18 : 16)) {
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
            case 10 -> take(giver);
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
                    if (broker != null) {
                        cutOff.addAll(broker.peers());
                    }
                    stage.cut();
                }
            }
            case 14 -> {
                if (strangers) {
                    stage.stranger(any(doors(any(connectors()))));
                }
            }
            case 15 -> leave(giver, taker);
            case 16 -> {
                if (taker.subscribes()) {
                    taker.wantOrNot(any(Player.EXTRA));
                }
            }
            default -> {
                if (broker != null && brokerLeaves && random.nextInt(4) == 0) {
                    broker.renew();
                } else if (broker != null) {
                    broker.pauseOrResume();
                }
            }
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
            String door = any(doors(player));
            player.open().disconnect(stage.endpoint(door)).block(TIMEOUT);
            player.connect(stage.endpoint(door), door);
        }
    }

    // ---- the end

    /** Everybody is there, and takes what there is. */
    private void heal() {
        if (broker != null) {
            broker.resume();
        }
        binders().stream().filter(each -> !each.isOpen()).forEach(this::begin);
        connectors().stream().filter(each -> !each.isOpen()).forEach(this::begin);
        all.stream().filter(Player::receives).forEach(each -> each.take(Long.MAX_VALUE));
        all.forEach(each -> expect(
                each.place + " notices that connections were cut",
                () -> each.open().peers().stream().noneMatch(cutOff::contains)));
        if (broker != null) {
            expect("the broker notices it", () -> broker.peers().stream().noneMatch(cutOff::contains));
        }
        if (disconnected()) {
            settle(); // who is too slow is disconnected until all have taken all
        }
        all.forEach(each -> expect(
                each.place + " meets all of the other side again",
                () -> each.open().peers().size() == (each.binds ? connectors() : doors(each)).size(),
                () -> " but has " + each.open().peers()));
        if (broker != null) {
            expect(
                    "all are with the broker",
                    () -> broker.peers().size() == all.size(),
                    () -> " but it has " + broker.peers());
        }
        all.forEach(each -> expect(
                each.place + " can send again", () -> each.waiting.get() == 0, () -> " but " + each.waiting + " wait"));
        awaitSubscribers();
        expectNotices();
    }

    /** What is sent now arrives, for nothing stands in its way. */
    private void lastWords() {
        for (Player each : all) {
            if (each.open() instanceof Sender sender && !await(sender.flush())) {
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
                && !brokerLeaves
                && !(disconnects
                        && connectors().containsAll(takers)) // what is in flight to one that ends the connection
                && !disconnected()
                && !(pattern.publishes() && parts) // who comes back may be a moment without subscribers
                && !(pattern.bothWays() && parts); // who leaves may not have read all
    }

    /**
     * Whether each receiver hears a sender in order: unless what waits for one may be given to another, or a sender may be
     * back before a receiver that is behind has met the end of its former connection.
     */
    private boolean isOrdered() {
        boolean parts = cuts || takersLeave || disconnects || brokerLeaves || disconnected();
        boolean overtakes = disconnects && connectors().containsAll(givers);
        return !overtakes && (takers.size() == 1 || pattern.publishes() || pattern.addresses(true) || !parts);
    }

    /** Whether peers that are too slow are disconnected. */
    private boolean disconnected() {
        return giverRule == Overflow.DISCONNECT || takerRule == Overflow.DISCONNECT;
    }

    /** How many receivers a message is for. */
    private long copies(Lane lane) {
        return !pattern.publishes() ? 1 : lane.id.startsWith("G") ? takers.size() : givers.size();
    }

    /** Before a broker that publishes one message is there, of which it makes several. */
    private long dropped() {
        long before = givers.stream().mapToLong(Player::dropped).sum();
        long behind = takers.stream().mapToLong(Player::dropped).sum();
        if (broker == null) {
            return before + behind;
        }
        long copies = pattern.publishes() ? takers.size() : 1;
        return (before + broker.dropped(true)) * copies + broker.dropped(false) + behind;
    }

    private String drops() {
        return all.stream().map(Player::drops).toList() + (broker == null ? "" : broker.drops());
    }

    /** How much more arrived or was counted than was certainly accepted. */
    private long balance() {
        return ledger.arrived() + dropped() - ledger.count(State.ACCEPTED, this::copies);
    }

    private void account() {
        long more = balance();
        long open = ledger.count(State.OPEN, this::copies);
        if ((more < 0 && isExact()) || more > open) {
            ledger.fault(ledger.arrived() + " arrived and " + dropped() + " were counted as dropped, of "
                    + ledger.count(State.ACCEPTED, this::copies) + " accepted, and " + open + " perhaps; drops are "
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
        if (broker != null) {
            broker.end();
        }
        stage.close();
    }

    @Override
    public String toString() {
        return pattern + " " + givers.size() + ":" + takers.size() + (giversBind ? " givers bind" : "")
                + (cuts ? " cuts" : "") + (takersLeave ? " takersLeave" : "") + (giversLeave ? " giversLeave" : "")
                + (disconnects ? " disconnects" : "") + (cancels ? " cancels" : "") + (slow ? " slow" : "")
                + (strangers ? " strangers" : "") + (brokerLeaves ? " brokerLeaves" : "")
                + (immediate ? " immediate" : "") + (mandatory ? " mandatory" : "")
                + (giverRule == null ? "" : " givers " + giverRule)
                + (takerRule == null ? "" : " takers " + takerRule)
                + (pattern.type(true) == SocketType.XPUB ? " " + mode : "") + " sendHwm " + sendHwm + " recvHwm "
                + recvHwm;
    }

    /** A promise that was not kept in time. */
    private static final class Unkept extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unkept(String promise) {
            super(promise);
        }
    }
}
