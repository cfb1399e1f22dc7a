package io.zmtp.samples.recipes;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The binary star: two servers, of which one answers. The other one takes over when the first is silent and a client asks:
 * both together, so that a cut between the servers alone does not make both active.
 */
final class BinaryStar {

    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(2); // at the start

    private enum State {
        PRIMARY,
        BACKUP,
        ACTIVE,
        PASSIVE
    }

    private final String name;
    private final RepSocket rep = RepSocket.create();
    private final PubSocket own = PubSocket.create(options -> options.linger(Duration.ZERO));
    private final SubSocket other = SubSocket.create();
    private final AtomicReference<State> state;
    private final Disposable beats;
    private volatile long lastHeard = System.nanoTime() + PATIENCE.toNanos();

    private BinaryStar(String name, State start, Endpoint clients, Endpoint ownBeats, Endpoint otherBeats) {
        this.name = name;
        this.state = new AtomicReference<>(start);
        own.bindNow(ownBeats.toString());
        other.connectNow(otherBeats);
        rep.bindNow(clients.toString());
        rep.serve(question -> Mono.fromSupplier(() -> answer(question))).subscribe();
        beats = own.send(Flux.interval(BEAT)
                        .onBackpressureDrop()
                        .map(tick -> Message.of(state.get().name())))
                .subscribe();
        other.receive("").doOnNext(beat -> heard(State.valueOf(beat.text()))).subscribe();
    }

    private void heard(State peer) {
        lastHeard = System.nanoTime();
        switch (peer) {
            case BACKUP -> state.compareAndSet(State.PRIMARY, State.ACTIVE);
            case ACTIVE -> {
                state.compareAndSet(State.PRIMARY, State.PASSIVE);
                state.compareAndSet(State.BACKUP, State.PASSIVE);
            }
            case PASSIVE -> {
                if (state.compareAndSet(State.PASSIVE, State.ACTIVE)) {
                    System.out.println(name + ": both were passive");
                }
            }
            case PRIMARY -> {} // it waits for its backup
        }
    }

    /** A server that is not active sends its client to the other one, unless that is silent. */
    private Message answer(Message question) {
        boolean silent = System.nanoTime() - lastHeard > SILENCE.toNanos();
        if (silent && state.getAndSet(State.ACTIVE) != State.ACTIVE) {
            System.out.println(name + " takes over");
        }
        return Message.of(
                state.get() == State.ACTIVE ? "answer" : "ask the other one", name + " answers " + question.text());
    }

    private void kill() {
        beats.dispose();
        Mono.when(rep.close(), own.close(), other.close()).block();
    }

    /** Asks one server after the other, until the active one answers. */
    private static Mono<String> ask(List<ReqSocket> servers, String question) {
        return Flux.fromIterable(servers)
                .concatMap(
                        server -> server.request(question)
                                .timeout(Duration.ofMillis(500))
                                .onErrorComplete(),
                        1)
                .filter(reply -> reply.first().utf8().equals("answer"))
                .next()
                .repeatWhenEmpty(100, empty -> empty.delayElements(BEAT))
                .map(Message::text);
    }

    private static Endpoint free() {
        RepSocket probe = RepSocket.create();
        Endpoint endpoint = probe.bindNow("tcp://127.0.0.1:*");
        probe.close().block();
        return endpoint;
    }

    public static void main(String[] args) {
        Endpoint first = free();
        Endpoint second = free();
        Endpoint firstBeats = free();
        Endpoint secondBeats = free();
        BinaryStar primary = new BinaryStar("the primary", State.PRIMARY, first, firstBeats, secondBeats);
        BinaryStar backup = new BinaryStar("the backup", State.BACKUP, second, secondBeats, firstBeats);
        List<ReqSocket> servers = List.of(ReqSocket.create(), ReqSocket.create());
        servers.get(0).connectNow(first);
        servers.get(1).connectNow(second);

        System.out.println(ask(servers, "question 1").block());
        primary.kill();
        System.out.println(ask(servers, "question 2").block());
        BinaryStar again = new BinaryStar("the primary", State.PRIMARY, first, firstBeats, secondBeats);
        System.out.println(ask(servers, "question 3").block()); // who came back does not take over by itself
        servers.forEach(ZmtpSocket::dispose);
        again.kill();
        backup.kill();
    }
}
