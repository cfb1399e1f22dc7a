package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Every standard pair of socket types, of which the other one is of another implementation: messages of all sizes that are
 * encoded differently, of one part and of many, in order. Those who extend it say where, by {@code cells()}.
 */
abstract class SocketMatrix {

    private static final String CELLS = "cells";
    private static final Bytes OUR_NAME = Bytes.utf8("ours");
    private static final Message EVERYTHING = Message.of(Bytes.wrap(new byte[] {1}));
    private static final Message PROBE = Message.of("?");
    private static final List<Message> MESSAGES = Stream.concat(
                    IntStream.of(1, 0, 255, 256, (64 << 10) + 1, 8 << 20).mapToObj(size -> message(size)),
                    Stream.of(
                            message(0, 256, 0, 65_537, 255, 1, 0),
                            message(IntStream.range(0, 300).toArray())))
            .toList();

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private Theirs theirs;

    @TempDir
    Path folder;

    enum Library {
        LIBZMQ,
        JEROMQ,
        /** JeroMQ 0.7.0. */
        UNIX_JEROMQ,
        /** npm's zeromq. */
        ZEROMQ_JS,
        JSZMQ
    }

    /** With whom, how we meet, and what is between us. */
    record Cell(Library library, Way way, Lock lock) {

        SocketOptions quick(SocketOptions options) {
            return lock.ours(Sockets.quick(options));
        }

        SocketOptions named(SocketOptions options) {
            return quick(options).routingId(OUR_NAME);
        }
    }

    /** Opens one of theirs, by the name {@link Theirs#NAME}; one of type SUB subscribes to everything. */
    abstract Theirs open(Cell cell, SocketType type);

    private <T extends ZmtpSocket> T meet(Cell cell, T ours, SocketType type) {
        theirs = open(cell, type);
        cell.way.meet(sockets.add(ours), folder, theirs.bind(), theirs.connect());
        assertThat(ours.peers().get(0).peer().publicKey()).isEqualTo(cell.lock.theirKey());
        return ours;
    }

    // ---- one way

    @ParameterizedTest
    @MethodSource(CELLS)
    void pushesToPull(Cell cell) {
        PushSocket push = meet(cell, PushSocket.create(cell::quick), SocketType.PULL);
        begin(push.send(Flux.fromIterable(MESSAGES)));
        theyReceive();
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void pullsFromPush(Cell cell) {
        PullSocket pull = meet(cell, PullSocket.create(cell::quick), SocketType.PUSH);
        theySend();
        weReceive(pull);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void publishesToSub(Cell cell) {
        PubSocket pub = meet(cell, PubSocket.create(cell::quick), SocketType.SUB);
        begin(pub.awaitSubscribers("", 1).then(pub.send(Flux.fromIterable(MESSAGES))));
        theyReceive();
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void subscribesToPub(Cell cell) {
        SubSocket sub = meet(cell, SubSocket.create(cell::quick), SocketType.PUB);
        sub.subscribe("");
        Mono<Message> heard = sub.receive(Duration.ofMillis(20));
        Way.until(() -> {
            theirs.send(PROBE);
            return heard.block() != null;
        });
        theySend();
        weReceive(sub);
    }

    // ---- both ways

    @ParameterizedTest
    @MethodSource(CELLS)
    void publishesToXSubAndReceivesWhatItSendsUpstream(Cell cell) {
        XPubSocket xpub = meet(cell, XPubSocket.create(cell::quick), SocketType.XSUB);
        theirs.send(EVERYTHING);
        begin(xpub.awaitSubscribers("", 1).then(xpub.send(Flux.fromIterable(MESSAGES))));
        theyReceive();
        assertThat(xpub.receive().blockFirst(TIMEOUT)).isEqualTo(EVERYTHING);
        Mono<List<Message>> came =
                xpub.receive().take(MESSAGES.size()).collectList().cache();
        begin(came); // first: without a receiver it keeps no more than 256 KiB of a peer
        theySend();
        assertThat(came.block(TIMEOUT)).isEqualTo(MESSAGES);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void subscribesToXPubAndSendsUpstream(Cell cell) {
        XSubSocket xsub = meet(cell, XSubSocket.create(cell::quick), SocketType.XPUB);
        xsub.send(EVERYTHING).block(TIMEOUT);
        assertThat(theirs.receive()).isEqualTo(EVERYTHING);
        theySend();
        weReceive(xsub);
        begin(xsub.send(Flux.fromIterable(MESSAGES)));
        theyReceive();
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void talksWithPair(Cell cell) {
        PairSocket pair = meet(cell, PairSocket.create(cell::quick), SocketType.PAIR);
        weTalk(pair, pair, our -> our, their -> their);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void dealsWithDealer(Cell cell) {
        DealerSocket dealer = meet(cell, DealerSocket.create(cell::quick), SocketType.DEALER);
        weTalk(dealer, dealer, our -> our, their -> their);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void dealsWithRep(Cell cell) {
        DealerSocket dealer = meet(cell, DealerSocket.create(cell::quick), SocketType.REP);
        weTalk(dealer, dealer, our -> our.prepend(Bytes.EMPTY), their -> their);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void dealsWithRouter(Cell cell) {
        DealerSocket dealer = meet(cell, DealerSocket.create(cell::named), SocketType.ROUTER);
        weTalk(dealer, dealer, our -> our, their -> their.prepend(OUR_NAME));
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void routesToRouter(Cell cell) {
        RouterSocket router = meet(cell, RouterSocket.create(cell::named), SocketType.ROUTER);
        weTalk(router, router, our -> our.prepend(Theirs.NAME), their -> their.prepend(OUR_NAME));
    }

    // ---- we ask

    @ParameterizedTest
    @MethodSource(CELLS)
    void asksRep(Cell cell) {
        ReqSocket req = meet(cell, ReqSocket.create(cell::quick), SocketType.REP);
        weAsk(req, their -> their);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void asksRouter(Cell cell) {
        ReqSocket req = meet(cell, ReqSocket.create(cell::named), SocketType.ROUTER);
        weAsk(req, their -> their.prepend(Bytes.EMPTY).prepend(OUR_NAME));
    }

    // ---- they ask

    @ParameterizedTest
    @MethodSource(CELLS)
    void repliesToReq(Cell cell) {
        RepSocket rep = meet(cell, RepSocket.create(cell::quick), SocketType.REQ);
        begin(rep.serve(Mono::just));
        theyAsk(their -> their);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void repliesToDealer(Cell cell) {
        RepSocket rep = meet(cell, RepSocket.create(cell::quick), SocketType.DEALER);
        begin(rep.serve(Mono::just));
        theyAsk(their -> their.prepend(Bytes.EMPTY));
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void routesToReq(Cell cell) {
        RouterSocket router = meet(cell, RouterSocket.create(cell::quick), SocketType.REQ);
        begin(router.send(router.receive()));
        theyAsk(their -> their);
    }

    @ParameterizedTest
    @MethodSource(CELLS)
    void routesToDealer(Cell cell) {
        RouterSocket router = meet(cell, RouterSocket.create(cell::quick), SocketType.DEALER);
        begin(router.send(router.receive()));
        theyAsk(their -> their);
    }

    // ---- traffic

    private void begin(Mono<?> work) {
        sockets.add(work.subscribe());
    }

    private void theySend() {
        MESSAGES.forEach(theirs::send);
    }

    private void theyReceive() {
        for (Message message : MESSAGES) {
            assertThat(theirs.receive()).isEqualTo(message);
        }
    }

    private static void weReceive(Receiver ours) {
        Flux<Message> came = ours.receive().filter(message -> !message.equals(PROBE));
        assertThat(came.take(MESSAGES.size()).collectList().block(TIMEOUT)).isEqualTo(MESSAGES);
    }

    /** We send everything as we put it; they give it back as they got it. */
    private void weTalk(Sender out, Receiver in, UnaryOperator<Message> asWePutIt, UnaryOperator<Message> asTheyGetIt) {
        List<Message> sent = MESSAGES.stream().map(asWePutIt).toList();
        begin(out.send(Flux.fromIterable(sent)));
        theyEcho(asTheyGetIt);
        assertThat(in.receive().take(sent.size()).collectList().block(TIMEOUT)).isEqualTo(sent);
    }

    private void weAsk(ReqSocket req, UnaryOperator<Message> asTheyGetIt) {
        Mono<List<Message>> replies = Flux.fromIterable(MESSAGES)
                .concatMap(req::request)
                .collectList()
                .cache();
        begin(replies);
        theyEcho(asTheyGetIt);
        assertThat(replies.block(TIMEOUT)).isEqualTo(MESSAGES);
    }

    private void theyEcho(UnaryOperator<Message> asTheyGetIt) {
        for (Message message : MESSAGES) {
            Message came = theirs.receive();
            assertThat(came).isEqualTo(asTheyGetIt.apply(message));
            theirs.send(came);
        }
    }

    private void theyAsk(UnaryOperator<Message> asTheyPutIt) {
        for (Message message : MESSAGES) {
            Message question = asTheyPutIt.apply(message);
            theirs.send(question);
            assertThat(theirs.receive()).isEqualTo(question);
        }
    }

    private static Message message(int... sizes) {
        return Message.of(Arrays.stream(sizes).mapToObj(size -> part(size)).toArray(Bytes[]::new));
    }

    /** Octets that are no subscription: those begin with 00 or 01. */
    private static Bytes part(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        if (size > 0) {
            octets[0] = 'm';
        }
        return Bytes.wrap(octets);
    }
}
