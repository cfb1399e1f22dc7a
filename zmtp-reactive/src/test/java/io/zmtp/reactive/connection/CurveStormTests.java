package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.RawPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * Handshakes of many, and the others on the only event loop there is. That no arithmetic ever runs on one, BlockHound
 * watches in all tests.
 */
class CurveStormTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final int MANY = 100;

    private final Rig rig = new Rig();
    private final LoopResources oneLoop = LoopResources.create("storm", 1, true);
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final AtomicBoolean held = new AtomicBoolean();

    /** Keeps what it is given, or has it done at once. */
    private final Scheduler scheduler = Schedulers.fromExecutor(task -> {
        if (held.get()) {
            work.add(task);
        } else {
            Schedulers.parallel().schedule(task);
        }
    });

    @AfterEach
    void close() {
        rig.close();
        scheduler.dispose();
        oneLoop.dispose();
    }

    private void serve(Authenticator authenticator) {
        rig.receive(Rig.pull()
                .runOn(oneLoop)
                .handshakeScheduler(scheduler)
                .handshakeTimeout(TIMEOUT)
                .mechanism(CurveMechanism.server(SERVER, authenticator)));
    }

    private CurvePeer client() {
        return CurvePeer.client(rig.peer(), SERVER, CLIENT);
    }

    private Runnable nextWork() throws InterruptedException {
        Runnable next = work.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** Two agreements of each peer's wait; nothing of them is done on the loop, which goes on with what it has. */
    @Test
    void holdsUpNobodyOnTheSameLoopWhileKeysAreAgreedUpon() throws InterruptedException {
        serve(Authenticator.anyone());
        CurvePeer established = client().handshake("PUSH");
        held.set(true);
        List<CurvePeer> storm = IntStream.range(0, MANY).mapToObj(i -> client()).toList();
        storm.forEach(each -> each.peer.sendCommand("HELLO", each.curve.hello()));
        List<Runnable> welcomes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            welcomes.add(nextWork());
            established.send(0, "'" + i + "'");
            assertThat(rig.text()).isEqualTo("" + i);
        }
        welcomes.forEach(Runnable::run);
        for (CurvePeer each : storm) {
            each.curve.welcome(each.peer.expectCommand("WELCOME"));
            each.peer.sendCommand("INITIATE", each.curve.initiate(CurvePeer.metadata("PUSH")));
        }
        for (int i = 0; i < MANY; i++) {
            Runnable ready = nextWork();
            established.send(0, "'" + i + "'");
            assertThat(rig.text()).isEqualTo("" + i);
            ready.run();
        }
        storm.forEach(each -> each.curve.ready(each.peer.expectCommand("READY")));
        assertThat(work).isEmpty();
    }

    /** What comes behind INITIATE waits in the kernel. */
    @Test
    void readsNothingWhileTheAuthenticatorThinksAndAsksItOnce() {
        AtomicInteger asked = new AtomicInteger();
        serve(credentials -> {
            asked.incrementAndGet();
            return Mono.never();
        });
        CurvePeer client = client().welcome();
        client.peer.sendCommand("INITIATE", client.curve.initiate(CurvePeer.metadata("PUSH")));
        byte[] message = RawPeer.frame(0, client.curve.message(0, new byte[65_000]));
        byte[] messages = new byte[1024 * message.length];
        for (int at = 0; at < messages.length; at += message.length) {
            System.arraycopy(message, 0, messages, at, message.length);
        }
        assertThat(client.peer.writeUntilStuck(messages, SHORT)).isLessThan(32 << 20);
        assertThat(asked).hasValue(1);
    }

    /** Ours call from one loop too. */
    @Test
    void agreesOnKeysOffTheLoopOfTheOneThatCalls() throws InterruptedException {
        serve(Authenticator.anyone());
        LinkedBlockingQueue<Runnable> calling = new LinkedBlockingQueue<>();
        Mono<ZmtpConnection> connected = ZmtpClient.create()
                .socketType(SocketType.PUSH)
                .runOn(oneLoop)
                .handshakeScheduler(Schedulers.fromExecutor(calling::add))
                .mechanism(CurveMechanism.client(SERVER.publicKey(), CLIENT))
                .connect(rig.endpoint())
                .cache();
        connected.subscribe();
        for (String step : List.of("HELLO", "INITIATE", "READY opened")) {
            Runnable next = calling.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as(step).isNotNull();
            next.run();
        }
        connected.block(TIMEOUT).dispose();
        assertThat(calling).isEmpty();
    }
}
