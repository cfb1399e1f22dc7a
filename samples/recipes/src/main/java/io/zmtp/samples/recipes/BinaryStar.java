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
        WAITING,
        ACTIVE,
        PASSIVE
    }

    private final String name;
    private final boolean primary;
    private final RepSocket rep = RepSocket.create();
    private final PubSocket own = PubSocket.create(options -> options.linger(Duration.ZERO));
    private final SubSocket other = SubSocket.create();
    private final Endpoint clients;
    private final Endpoint beats;
    private final Disposable beating;
    private State state = State.WAITING;
    private long lastHeard = System.nanoTime() + PATIENCE.toNanos();

    private BinaryStar(String name, boolean primary, String clients, String beats) {
        this.name = name;
        this.primary = primary;
        this.clients = rep.bindNow(clients);
        this.beats = own.bindNow(beats);
        rep.serve(question -> Mono.fromSupplier(() -> answer(question))).subscribe();
        beating = own.send(Flux.interval(BEAT).onBackpressureDrop().map(tick -> beat()))
                .subscribe();
    }

    private void watch(Endpoint beatsOfOther) {
        other.connectNow(beatsOfOther);
        other.receive("").subscribe(beat -> heard(State.valueOf(beat.text())));
    }

    private synchronized Message beat() {
        return Message.of(state.name());
    }

    /** Two that wait, or are passive, or are both active, become one of each: the primary is active. */
    private synchronized void heard(State peer) {
        lastHeard = System.nanoTime();
        if (peer != State.ACTIVE) {
            state = primary ? State.ACTIVE : state;
        } else if (!primary || state != State.ACTIVE) {
            state = State.PASSIVE;
        }
    }

    /** A server that is not active sends its client to the other one, unless that is silent. */
    private synchronized Message answer(Message question) {
        if (state != State.ACTIVE && System.nanoTime() - lastHeard > SILENCE.toNanos()) {
            System.out.println(name + " takes over");
            state = State.ACTIVE;
        }
        return state == State.ACTIVE
                ? Message.of("answer", name + " answers " + question.text())
                : Message.of("ask the other one", "");
    }

    private void kill() {
        beating.dispose();
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

    public static void main(String[] args) {
        String any = "tcp://127.0.0.1:*";
        BinaryStar first = new BinaryStar("the primary", true, any, any);
        BinaryStar second = new BinaryStar("the backup", false, any, any);
        first.watch(second.beats);
        second.watch(first.beats);
        List<ReqSocket> servers = List.of(ReqSocket.create(), ReqSocket.create());
        servers.get(0).connectNow(first.clients);
        servers.get(1).connectNow(second.clients);

        System.out.println(ask(servers, "question 1").block());
        first.kill();
        System.out.println(ask(servers, "question 2").block());
        BinaryStar again = new BinaryStar("the primary", true, first.clients.toString(), first.beats.toString());
        again.watch(second.beats);
        System.out.println(ask(servers, "question 3").block()); // the primary leaves it at that
        servers.forEach(ZmtpSocket::dispose);
        again.kill();
        second.kill();
    }
}
