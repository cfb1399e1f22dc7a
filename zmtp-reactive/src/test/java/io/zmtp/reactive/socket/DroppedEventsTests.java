package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

/** However messages are lost: what the events of a socket say, from the first to the last, is what {@code drops()} counts. */
class DroppedEventsTests {

    private static final String TCP = "tcp://127.0.0.1:*";

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final Map<ZmtpSocket, Map<DropReason, Long>> reported = new LinkedHashMap<>();

    /** A way to lose messages: each is for one reason. */
    record Way(DropReason reason, String name, Consumer<DroppedEventsTests> play) {
        @Override
        public String toString() {
            return reason + ": " + name;
        }
    }

    private static Way way(DropReason reason, String name, Consumer<DroppedEventsTests> play) {
        return new Way(reason, name, play);
    }

    static List<Way> ways() {
        return List.of(
                // its queue is full
                way(DropReason.QUEUE_FULL, "the newest, without a peer", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options.onFull(Overflow.DROP_NEWEST));
                    push.send(numbers(300)).block(TIMEOUT);
                }),
                way(DropReason.QUEUE_FULL, "the oldest, for an absent peer", test -> {
                    PushSocket push = test.open(
                            PushSocket::create, options -> options.sendHwm(3).onFull(Overflow.DROP_OLDEST));
                    push.connectNow(name());
                    push.send(numbers(300)).block(TIMEOUT);
                }),
                way(DropReason.QUEUE_FULL, "for one of two subscribers", test -> {
                    PubSocket pub = test.open(PubSocket::create, options -> options.sendHwm(10));
                    Endpoint at = pub.bindNow(name());
                    test.subscriber(at);
                    test.subscriber(at).receive().subscribe();
                    pub.awaitSubscribers("", 2).block(TIMEOUT);
                    numbers(3000).concatMap(pub::send).blockLast(TIMEOUT);
                }),
                way(DropReason.QUEUE_FULL, "and the peer is disconnected", test -> {
                    PubSocket pub = test.open(
                            PubSocket::create, options -> options.sendHwm(10).onFull(Overflow.DISCONNECT));
                    test.subscriber(pub.bindNow(name()));
                    pub.awaitSubscribers("", 1).block(TIMEOUT);
                    numbers(3000).concatMap(pub::send).blockLast(TIMEOUT);
                }),
                way(DropReason.QUEUE_FULL, "of a ROUTER's peer", test -> {
                    RouterSocket router = test.open(RouterSocket::create, options -> options.sendHwm(10));
                    DealerSocket dealer = test.open(DealerSocket::create, options -> options.routingId(id("a")));
                    dealer.connectNow(router.bindNow(name()));
                    Sockets.awaitPeers(router, 1);
                    numbers(3000)
                            .map(each -> each.prepend(id("a")))
                            .concatMap(router::send)
                            .blockLast(TIMEOUT);
                }),
                way(DropReason.QUEUE_FULL, "of what is received", test -> {
                    PullSocket pull = test.open(
                            PullSocket::create, options -> options.recvHwm(3).onFull(Overflow.DROP_OLDEST));
                    test.visit(pull.bindNow(TCP), 300);
                    test.awaitDrops(pull, DropReason.QUEUE_FULL, 297);
                }),
                way(DropReason.QUEUE_FULL, "of what subscribers send", test -> {
                    XPubSocket xpub = test.open(XPubSocket::create, options -> options.recvHwm(10));
                    test.peer(xpub, "XSUB", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("up " + i);
                        }
                        test.awaitDrops(xpub, DropReason.QUEUE_FULL, 290);
                    });
                }),
                way(DropReason.QUEUE_FULL, "of notices", test -> {
                    XPubSocket xpub = test.open(
                            XPubSocket::create, options -> options.verbose().maxSubscriptions(10));
                    test.peer(xpub, "SUB", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.write("00 02 01 'a'");
                        }
                        test.awaitDrops(xpub, DropReason.QUEUE_FULL, 290);
                    });
                }),
                // a later one took its place
                way(DropReason.REPLACED, "for an absent peer", test -> {
                    PushSocket push = test.open(PushSocket::create, SocketOptions::conflate);
                    push.connectNow(name());
                    push.send(numbers(300)).block(TIMEOUT);
                }),
                way(DropReason.REPLACED, "of what is received", test -> {
                    PullSocket pull = test.open(PullSocket::create, SocketOptions::conflate);
                    test.visit(pull.bindNow(TCP), 300);
                    test.awaitDrops(pull, DropReason.REPLACED, 299);
                }),
                // it waited too long
                way(DropReason.EXPIRED, "for an absent peer", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options.maxAge(Duration.ofMillis(1)));
                    push.connectNow("tcp://127.0.0.1:1");
                    push.send(numbers(300)).block(TIMEOUT);
                    test.awaitDrops(push, DropReason.EXPIRED, 300);
                }),
                way(DropReason.EXPIRED, "within the process", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options.maxAge(Duration.ofMillis(1)));
                    push.connectNow(name());
                    push.send(numbers(300)).block(TIMEOUT);
                    test.awaitDrops(push, DropReason.EXPIRED, 300);
                }),
                // it is sent no more
                way(DropReason.DEAD_LETTER, "of work that cannot be done", test -> {
                    PullSocket pull = test.open(
                            PullSocket::create,
                            options -> options.routingId(id("pull")).delivery(DeliveryOptions.done()));
                    PushSocket push = test.open(
                            PushSocket::create,
                            options -> options.routingId(id("push")).delivery(DeliveryOptions.done()));
                    push.connectNow(pull.bindNow(TCP));
                    pull.process(work -> Mono.error(new IllegalArgumentException("no work")), 1)
                            .subscribe();
                    push.send(numbers(300)).block(TIMEOUT);
                    test.awaitDrops(push, DropReason.DEAD_LETTER, 300);
                }),
                // nobody has the id
                way(DropReason.UNROUTABLE, "by a ROUTER", test -> {
                    RouterSocket router = test.open(RouterSocket::create, options -> options);
                    numbers(300)
                            .map(each -> each.prepend(id("nobody")))
                            .concatMap(router::send)
                            .blockLast(TIMEOUT);
                }),
                way(DropReason.UNROUTABLE, "by a proxy", test -> {
                    PairSocket front = test.open(PairSocket::create, options -> options);
                    RouterSocket back = test.open(RouterSocket::create, SocketOptions::mandatory);
                    test.sockets.add(ZmtpProxy.between(front, back).run().subscribe());
                    PairSocket pair = test.open(PairSocket::create, options -> options);
                    pair.connectNow(front.bindNow(name()));
                    pair.send(numbers(300).map(each -> each.prepend(id("nobody"))))
                            .block(TIMEOUT);
                    test.awaitDrops(back, DropReason.UNROUTABLE, 300);
                }),
                // the peer has gone
                way(DropReason.PEER_GONE, "with what a bound PAIR held", test -> {
                    PairSocket pair = test.open(PairSocket::create, options -> options);
                    PairSocket other = test.open(PairSocket::create, options -> options);
                    other.connectNow(pair.bindNow(name()));
                    pair.send(numbers(300)).block(TIMEOUT);
                    test.end(other);
                    Sockets.awaitPeers(pair, 0);
                }),
                way(DropReason.PEER_GONE, "with what a publisher held", test -> {
                    PubSocket pub = test.open(PubSocket::create, options -> options);
                    SubSocket sub = test.subscriber(pub.bindNow(name()));
                    pub.awaitSubscribers("", 1).block(TIMEOUT);
                    numbers(300).concatMap(pub::send).blockLast(TIMEOUT);
                    test.end(sub);
                    Sockets.awaitPeers(pub, 0);
                }),
                way(DropReason.PEER_GONE, "with what a ROUTER held", test -> {
                    RouterSocket router = test.open(RouterSocket::create, options -> options);
                    DealerSocket dealer = test.open(DealerSocket::create, options -> options.routingId(id("a")));
                    dealer.connectNow(router.bindNow(name()));
                    Sockets.awaitPeers(router, 1);
                    router.send(numbers(300).map(each -> each.prepend(id("a")))).block(TIMEOUT);
                    test.end(dealer);
                    Sockets.awaitPeers(router, 0);
                }),
                way(DropReason.PEER_GONE, "while it was written to", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options);
                    test.peer(push, "PULL", peer -> Sockets.fill(push::send));
                    Sockets.awaitPeers(push, 0);
                    test.awaitDrops(push, DropReason.PEER_GONE, 1);
                }),
                way(DropReason.PEER_GONE, "and another has come in its place", test -> {
                    RouterSocket router = test.open(RouterSocket::create, Sockets::quick);
                    Endpoint at = Endpoint.parse(name());
                    DealerSocket first = test.open(DealerSocket::create, options -> options.routingId(id("a")));
                    first.bindNow(at.toString());
                    router.connectNow(at);
                    Sockets.awaitPeers(router, 1);
                    test.end(first);
                    Sockets.awaitPeers(router, 0);
                    router.send(numbers(300).map(each -> each.prepend(id("a")))).block(TIMEOUT);
                    DealerSocket other = test.open(DealerSocket::create, options -> options.routingId(id("b")));
                    other.bindNow(at.toString());
                    Sockets.awaitPeers(router, 1);
                }),
                // the linger time is over
                way(DropReason.LINGER, "when the socket is closed", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options);
                    push.connectNow(name());
                    push.send(numbers(300)).block(TIMEOUT);
                }),
                way(DropReason.LINGER, "when a bound socket is closed", test -> {
                    PairSocket pair = test.open(PairSocket::create, options -> options);
                    test.peer(pair, "PAIR", peer -> {
                        Sockets.fill(pair::send);
                        test.end(pair);
                    });
                }),
                way(DropReason.LINGER, "when a bound endpoint with a stuck subscriber is given up", test -> {
                    PubSocket pub = test.open(
                            PubSocket::create, options -> options.sendHwm(5).noDrop());
                    test.peer(pub, "SUB", peer -> {
                        peer.write("00 01 01");
                        pub.awaitSubscribers("", 1).block(TIMEOUT);
                        Sockets.fill(pub::send);
                        pub.unbind(pub.endpoints().get(0)).block(TIMEOUT);
                    });
                }),
                way(DropReason.LINGER, "when a bound endpoint with a stuck peer is given up", test -> {
                    RouterSocket router = test.open(
                            RouterSocket::create, options -> options.sendHwm(5).mandatory());
                    test.peer(router, "DEALER", peer -> {
                        Bytes id = router.peers().get(0).routingId();
                        Sockets.fill(large -> router.send(large.prepend(id)));
                        router.unbind(router.endpoints().get(0)).block(TIMEOUT);
                    });
                }),
                way(DropReason.LINGER, "when a connected endpoint is given up", test -> {
                    DealerSocket dealer = test.open(DealerSocket::create, options -> options);
                    Endpoint at = dealer.connectNow(name());
                    dealer.send(numbers(300)).block(TIMEOUT);
                    dealer.disconnect(at).block(TIMEOUT);
                }),
                way(DropReason.LINGER, "when a PAIR's endpoint is given up", test -> {
                    PairSocket pair = test.open(PairSocket::create, options -> options);
                    Endpoint at = pair.connectNow(name());
                    pair.send(numbers(300)).block(TIMEOUT);
                    pair.disconnect(at).block(TIMEOUT);
                }),
                way(DropReason.LINGER, "when an endpoint has the wrong socket", test -> {
                    PairSocket pair = test.open(PairSocket::create, SocketOptions::stopAfterFatal);
                    Mono<MonitorEvent.GaveUp> gaveUp = test.sockets.next(pair, MonitorEvent.GaveUp.class);
                    Endpoint at = pair.connectNow(name());
                    pair.send(numbers(300)).block(TIMEOUT);
                    test.open(PubSocket::create, options -> options).bindNow(at.toString());
                    gaveUp.block();
                }),
                way(DropReason.LINGER, "with what a stream had brought", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options);
                    Sinks.Many<Message> source = Sinks.many().unicast().onBackpressureBuffer();
                    source.tryEmitNext(Message.of("taken, and has no peer"));
                    push.send(source.asFlux()).subscribe().dispose();
                }),
                // the pattern does not allow it
                way(DropReason.MALFORMED, "a request without an envelope", test -> {
                    RepSocket rep = test.open(RepSocket::create, options -> options);
                    rep.serve(Mono::just).subscribe();
                    test.peer(rep, "DEALER", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("no", "delimiter");
                        }
                        test.awaitDrops(rep, DropReason.MALFORMED, 300);
                    });
                }),
                way(DropReason.MALFORMED, "two parts where there is one", test -> {
                    GatherSocket gather = test.open(GatherSocket::create, options -> options);
                    gather.receive().subscribe();
                    test.peer(gather, "SCATTER", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("two", "parts");
                        }
                        test.awaitDrops(gather, DropReason.MALFORMED, 300);
                    });
                }),
                way(DropReason.UNANSWERED, "the handler fails", test -> {
                    RepSocket rep = test.open(RepSocket::create, options -> options);
                    rep.serve(question -> Mono.error(new IllegalStateException("no answer")))
                            .subscribe();
                    test.peer(rep, "DEALER", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("", "question");
                        }
                        test.awaitDrops(rep, DropReason.UNANSWERED, 300);
                    });
                }),
                way(DropReason.UNEXPECTED, "sent to a PUSH", test -> {
                    PushSocket push = test.open(PushSocket::create, options -> options);
                    test.peer(push, "PULL", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("unexpected");
                        }
                        test.awaitDrops(push, DropReason.UNEXPECTED, 300);
                    });
                }),
                way(DropReason.UNEXPECTED, "sent to a PUB", test -> {
                    PubSocket pub = test.open(PubSocket::create, options -> options);
                    test.peer(pub, "SUB", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("unexpected");
                        }
                        test.awaitDrops(pub, DropReason.UNEXPECTED, 300);
                    });
                }),
                way(DropReason.TOO_MANY_SUBSCRIPTIONS, "for one peer", test -> {
                    PubSocket pub = test.open(PubSocket::create, options -> options.maxSubscriptions(1));
                    test.peer(pub, "SUB", peer -> {
                        for (int i = 0; i < 9; i++) {
                            peer.write("00 02 01 '" + i + "'");
                        }
                        test.awaitDrops(pub, DropReason.TOO_MANY_SUBSCRIPTIONS, 8);
                    });
                }),
                way(DropReason.UNREAD, "of peers that came and went", test -> {
                    PullSocket pull = test.open(PullSocket::create, options -> options.recvHwm(50));
                    Endpoint at = pull.bindNow(name());
                    for (int i = 0; i < 5; i++) {
                        test.visit(at, 50);
                    }
                    test.awaitDrops(pull, DropReason.UNREAD, 150);
                }),
                way(DropReason.NO_RECEIVER, "no subscriber of a SUB wants it", test -> {
                    SubSocket sub = test.open(SubSocket::create, options -> options);
                    sub.subscribe("plain");
                    sub.receive("other").subscribe();
                    test.peer(sub, "PUB", peer -> {
                        for (int i = 0; i < 300; i++) {
                            peer.writeMessage("plain", "" + i);
                        }
                        test.awaitDrops(sub, DropReason.NO_RECEIVER, 300);
                    });
                }));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sumUpToWhatIsCounted(Way way) {
        way.play.accept(this);

        sockets.close();
        reported.keySet().forEach(socket -> socket.onClose().block(TIMEOUT));
        assertThat(reported.values())
                .as("reported for this reason")
                .anySatisfy(reasons -> assertThat(reasons).containsKey(way.reason));
        reported.forEach((socket, events) -> assertThat(events).as("%s", socket).isEqualTo(socket.drops()));
    }

    @Test
    void everyReasonHasAWay() {
        Set<DropReason> all = ways().stream()
                .map(Way::reason)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(DropReason.class)));

        assertThat(all).containsExactlyInAnyOrder(DropReason.values());
    }

    /** A closed socket has said all: its events, its counts and its metrics stay the same. */
    @Test
    void nothingIsCountedWhenTheLastEventIsOut() {
        Drops recorded = new Drops();
        PushSocket push = open(PushSocket::create, options -> options.recorder(recorded));
        push.drop(Message.of("before"), DropReason.UNROUTABLE);
        end(push);

        push.drop(Message.of("after"), DropReason.UNROUTABLE);

        assertThat(push.drops()).isEqualTo(Map.of(DropReason.UNROUTABLE, 1L));
        assertThat(recorded.all()).isEqualTo(push.drops());
        assertThat(reported.get(push)).isEqualTo(push.drops());
    }

    /** However fast: one at once, and then one a second. */
    @Test
    void aStuckPeerMakesNoEventPerMessage() {
        PushSocket push = open(PushSocket::create, options -> options.sendHwm(1).onFull(Overflow.DROP_NEWEST));
        Mono<List<MonitorEvent.Dropped>> all =
                push.monitor().ofType(MonitorEvent.Dropped.class).collectList().cache();
        all.subscribe();
        push.connectNow(name());

        push.send(numbers(50_001)).block(TIMEOUT);

        end(push);
        List<MonitorEvent.Dropped> events = all.block(TIMEOUT);
        assertThat(events).hasSizeLessThan(30);
        assertThat(events.stream()
                        .filter(event -> event.reason() == DropReason.QUEUE_FULL)
                        .mapToLong(MonitorEvent.Dropped::count)
                        .sum())
                .isEqualTo(50_000);
    }

    /** What a full subscriber misses is counted at once, and reported once a second. */
    @Test
    void aStuckSubscriberMakesNoEventPerMessage() {
        Drops recorded = new Drops();
        PubSocket pub = open(PubSocket::create, options -> options.sendHwm(1).recorder(recorded));
        Mono<List<MonitorEvent.Dropped>> all =
                pub.monitor().ofType(MonitorEvent.Dropped.class).collectList().cache();
        all.subscribe();
        subscriber(pub.bindNow(name()));
        Sockets.awaitPeers(pub, 1);
        peer(pub, "SUB", stuck -> {
            stuck.write("00 01 01");
            pub.awaitSubscribers("", 2).block(TIMEOUT);
            numbers(100).concatMap(pub::send).blockLast(TIMEOUT);
            long before = pub.drops().get(DropReason.QUEUE_FULL);
            for (int i = 1; i <= 20_000; i++) {
                pub.send(Message.of(new byte[1000])).block(TIMEOUT);
                if (i % 1000 == 0) {
                    assertThat(pub.drops().get(DropReason.QUEUE_FULL)).isBetween(before + i, before + 2 * i);
                }
            }
        });

        end(pub);
        List<MonitorEvent.Dropped> events = all.block(TIMEOUT);
        assertThat(events).hasSizeLessThan(40);
        assertThat(events.stream().filter(event -> event.reason() == DropReason.QUEUE_FULL))
                .isNotEmpty()
                .noneMatch(event -> event.message() == null || event.peer() == null);
        assertThat(reported.get(pub)).isEqualTo(pub.drops());
        assertThat(recorded.all()).isEqualTo(pub.drops());
    }

    /** However many threads send while the socket is closed. */
    @Test
    void theCountIsTheSameWhenTheSocketIsClosedMeanwhile() {
        for (int round = 0; round < 50; round++) {
            PubSocket pub = open(PubSocket::create, options -> options.sendHwm(1));
            Endpoint at = pub.bindNow(name());
            subscriber(at);
            subscriber(at);
            pub.awaitSubscribers("", 2).block(TIMEOUT);
            Runnable sends = () -> pub.send(numbers(500))
                    .onErrorComplete(ZmtpClosedException.class)
                    .block(TIMEOUT);

            RaceTestUtils.race(sends, sends, () -> {
                awaitDrops(pub, DropReason.QUEUE_FULL, 100);
                end(pub);
            });

            assertThat(reported.get(pub)).isEqualTo(pub.drops());
        }
    }

    /** More stuck peers than have events of their own. */
    @Test
    void sumsUpForVeryManyPeers() {
        PubSocket pub = open(PubSocket::create, options -> options.sendHwm(1));
        List<MonitorEvent.Dropped> events = new CopyOnWriteArrayList<>();
        pub.monitor().ofType(MonitorEvent.Dropped.class).subscribe(events::add);
        Endpoint at = pub.bindNow(name());
        int peers = 1100;
        for (int i = 0; i < peers; i++) {
            subscriber(at);
        }
        pub.awaitSubscribers("", peers).block(TIMEOUT);

        pub.send(numbers(1000)).block(TIMEOUT);

        end(pub);
        assertThat(events.size()).isLessThan(20 * peers);
        assertThat(events).anySatisfy(event -> assertThat(event.endpoint()).isEqualTo(SocketMonitor.NOWHERE));
        assertThat(reported.get(pub)).isEqualTo(pub.drops());
    }

    // ---- players

    private <S extends ZmtpSocket> S open(
            Function<UnaryOperator<SocketOptions>, S> type, UnaryOperator<SocketOptions> change) {
        S socket = sockets.add(type.apply(options -> change.apply(options.linger(Duration.ZERO))));
        Map<DropReason, Long> sums = new ConcurrentHashMap<>();
        reported.put(socket, sums);
        socket.monitor()
                .ofType(MonitorEvent.Dropped.class)
                .subscribe(event -> sums.merge(event.reason(), event.count(), Long::sum));
        return socket;
    }

    private void end(ZmtpSocket socket) {
        socket.close().block(TIMEOUT);
    }

    private SubSocket subscriber(Endpoint at) {
        SubSocket sub = open(SubSocket::create, options -> options.recvHwm(10));
        sub.subscribe("");
        sub.connectNow(at);
        return sub;
    }

    /** A PUSH that comes, sends, and has gone. */
    private void visit(Endpoint at, int messages) {
        PushSocket push = open(PushSocket::create, options -> options);
        push.connectNow(at);
        push.send(numbers(messages)).then(push.flush()).block(TIMEOUT);
        end(push);
    }

    private void peer(ZmtpSocket socket, String type, Consumer<RawPeer> script) {
        int before = socket.peers().size();
        try (RawPeer peer = RawPeer.connect(socket.bindNow(TCP).toString())) {
            peer.handshakeNull(type);
            Sockets.awaitPeers(socket, before + 1);
            script.accept(peer);
        }
    }

    private void awaitDrops(ZmtpSocket socket, DropReason reason, long count) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .filter(tick -> socket.drops().getOrDefault(reason, 0L) >= count)
                .blockFirst(TIMEOUT);
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    private static Bytes id(String text) {
        return Bytes.utf8(text);
    }

    private static String name() {
        return "inproc://" + UUID.randomUUID();
    }
}
