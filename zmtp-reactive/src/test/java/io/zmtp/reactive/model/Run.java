package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.model.Lane.State;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Sockets of one pattern that send and receive while their connections are cut, their peers are slow or away, and they
 * are closed and cancelled themselves; then everybody is well again, and what was promised is checked. All that is
 * random comes from the seed, except which side is faster.
 */
final class Run implements AutoCloseable {

    private static final int LAST_WORDS = 3;

    private final Random random;
    private final Plan plan;
    private final Pattern pattern;
    private final Stage stage;
    private final Ledger ledger = new Ledger();
    private final List<Player> givers = new ArrayList<>();
    private final List<Player> takers = new ArrayList<>();
    private final List<Player> all = new ArrayList<>();
    private final @Nullable Broker broker;

    /** Those whose connection was cut. */
    private final Set<ConnectedPeer> cutOff = new HashSet<>();

    /**
     * Decides what is to go wrong.
     *
     * @param plain whether options that change a type's rule for its messages are left as they are
     */
    Run(Pattern pattern, Transport transport, long seed, boolean plain) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.plan = new Plan(pattern, transport, random, seed, plain);
        this.pattern = pattern;
        this.stage = new Stage(transport, random, plan.cuts, seed);
        Broker.Kind kind = pattern.broker();
        this.broker = kind == null ? null : new Broker(kind, stage, plan::basic, ledger::fault);
        add(givers, "G", plan.givers, true);
        add(takers, "T", plan.takers, false);
        all.addAll(givers);
        all.addAll(takers);
    }

    private void add(List<Player> side, String name, int count, boolean giving) {
        boolean binds = broker == null && plan.giversBind == giving;
        for (int i = 0; i < count; i++) {
            side.add(new Player(pattern, ledger, name + i, giving, binds, plan.rule(giving)));
        }
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
                    Expect.pause(random.nextInt(1000));
                }
            }
            heal();
            lastWords();
            settle();
            givers.forEach(Player::end);
            if (broker != null && !Expect.completes(broker.flush())) {
                throw new Expect.Unkept("the broker does not write what it has");
            }
            if (plan.isExact()) {
                Expect.that("all that was accepted arrives, or is counted", () -> balance() >= 0);
            }
        } catch (Expect.Unkept fault) {
            ledger.fault(fault.getMessage());
        }
        all.stream().filter(Player::isOpen).forEach(Player::end);
        ledger.check(pattern.publishes(), plan.isOrdered());
        account();
        return List.copyOf(ledger.faults);
    }

    private List<Player> binders() {
        return broker != null ? List.of() : plan.giversBind ? givers : takers;
    }

    private List<Player> connectors() {
        return broker != null ? all : plan.giversBind ? takers : givers;
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
        player.begin(socket, plan.mode);
        if (pattern.isNamed() && !player.giving) {
            givers.forEach(each -> player.knows(Bytes.utf8(each.place), each.place));
        }
        if (player.binds) {
            stage.bind(player.place, socket);
        } else {
            doors(player).forEach(door -> player.connect(stage.endpoint(door), door));
        }
    }

    private SocketOptions options(SocketOptions options, Player player) {
        SocketOptions basic = plan.basic(stage.secure(options, player.binds));
        boolean named = pattern.isNamed() && player.giving;
        return plan.options(named ? basic.routingId(Bytes.utf8(player.place)) : basic, player.giving);
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
        if (!Expect.completes(subscribed)) {
            throw new Expect.Unkept(socket + " does not hear of all subscribers: it has " + socket.peers());
        }
    }

    /** Each XPUB received what its peers are subscribed to now, and that all else has ended. */
    private void expectNotices() {
        List<Bytes> prefixes = new ArrayList<>(Player.EXTRA);
        prefixes.add(Player.TOPIC);
        for (Player giver : givers) {
            Heard heard = giver.heard();
            if (heard != null) {
                Expect.that(
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
                if (plan.cancels) {
                    any(all).cancel();
                }
            }
            case 12 -> {
                Player player = any(all);
                if (plan.cancels && player.receives()) {
                    player.stop();
                }
            }
            case 13 -> {
                if (plan.cuts) {
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
                if (plan.strangers) {
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
                if (broker != null && plan.brokerLeaves && random.nextInt(4) == 0) {
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
            player.take(plan.slow ? 1 + random.nextInt(20) : Long.MAX_VALUE);
        }
    }

    private void leave(Player giver, Player taker) {
        Player player = random.nextBoolean() ? giver : taker;
        if (!player.isOpen()) {
            begin(player);
        } else if (player.giving ? plan.giversLeave : plan.takersLeave) {
            if (player.giving) {
                takers.stream()
                        .filter(Player::isOpen)
                        .filter(Player::receives)
                        .forEach(each -> each.take(Long.MAX_VALUE));
            }
            player.end();
        } else if (plan.disconnects && !player.binds) {
            String door = any(doors(player));
            player.open().disconnect(stage.endpoint(door)).block(Expect.TIMEOUT);
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
        all.forEach(each -> Expect.that(
                each.place + " notices that connections were cut",
                () -> each.open().peers().stream().noneMatch(cutOff::contains)));
        if (broker != null) {
            Expect.that("the broker notices it", () -> broker.peers().stream().noneMatch(cutOff::contains));
        }
        if (plan.disconnected()) {
            settle(); // who is too plan.slow is disconnected until all have taken all
        }
        all.forEach(each -> Expect.that(
                each.place + " meets all of the other side again",
                () -> each.open().peers().size() == (each.binds ? connectors() : doors(each)).size(),
                () -> " but has " + each.open().peers()));
        if (broker != null) {
            Expect.that(
                    "all are with the broker",
                    () -> broker.peers().size() == all.size(),
                    () -> " but it has " + broker.peers());
        }
        all.forEach(each -> Expect.that(
                each.place + " can send again", () -> each.waiting.get() == 0, () -> " but " + each.waiting + " wait"));
        awaitSubscribers();
        expectNotices();
    }

    /** What is sent now arrives, for nothing stands in its way. */
    private void lastWords() {
        for (Player each : all) {
            if (each.open() instanceof Sender sender && !Expect.completes(sender.flush())) {
                throw new Expect.Unkept("not kept: " + each.place + " writes what it has");
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
                Expect.that(
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
        Expect.that("messages end", () -> {
            int now = ledger.arrived();
            last[1] = now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] == 20;
        });
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
        if ((more < 0 && plan.isExact()) || more > open) {
            ledger.fault(ledger.arrived() + " arrived and " + dropped() + " were counted as dropped, of "
                    + ledger.count(State.ACCEPTED, this::copies) + " accepted, and " + open + " perhaps; drops are "
                    + drops());
        }
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
        return plan.toString();
    }
}
