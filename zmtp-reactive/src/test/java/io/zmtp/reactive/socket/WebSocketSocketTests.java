package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Sockets over ws do what they do over tcp. */
class WebSocketSocketTests {

    private static final String ANY = "ws://127.0.0.1:*/socket";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private static <S extends ZmtpSocket> S connect(S socket, ZmtpSocket bound) {
        socket.connectNow(bound.bindNow(ANY).toString());
        return socket;
    }

    private static final List<Message> MESSAGES = Stream.concat(
                    IntStream.of(0, 1, 255, 256, 70_000).mapToObj(size -> Message.of(new byte[size])),
                    Stream.of(Message.of(IntStream.range(0, 300)
                            .mapToObj(i -> Bytes.utf8("" + i))
                            .toList())))
            .toList();

    private void goes(Sender sender, Receiver receiver) {
        sockets.add(sender.send(Flux.fromIterable(MESSAGES)).subscribe());
        assertThat(receiver.receive().take(MESSAGES.size()).collectList().block(TIMEOUT))
                .isEqualTo(MESSAGES);
    }

    @Test
    void messagesGoBetweenSocketsOfEveryPattern() {
        PullSocket pull = sockets.open(PullSocket::create);
        goes(connect(sockets.open(PushSocket::create), pull), pull);
        PairSocket pair = sockets.open(PairSocket::create);
        goes(connect(sockets.open(PairSocket::create), pair), pair);
        DealerSocket dealer = sockets.open(DealerSocket::create);
        goes(connect(sockets.open(DealerSocket::create), dealer), dealer);

        SubSocket sub = sockets.open(SubSocket::create);
        PubSocket pub = connect(sockets.open(PubSocket::create), sub);
        sub.subscribe("");
        pub.awaitSubscribers("", 1).block(TIMEOUT);
        goes(pub, sub);

        RouterSocket router = sockets.open(RouterSocket::create);
        sockets.add(router.send(router.receive()).subscribe());
        ReqSocket req = connect(sockets.open(ReqSocket::create), router);
        assertThat(req.request(Message.of("a", "b")).block(TIMEOUT)).isEqualTo(Message.of("a", "b"));
    }

    @Test
    void encodesAPublicationOnceForAllSubscribers() {
        int size = 256 * 1024;
        int messages = 4;
        int subscribers = 64;
        LoopResources own = LoopResources.create("publisher", 1, true);
        try {
            PubSocket pub = sockets.open(
                    PubSocket::create, options -> options.runOn(own).noDrop());
            Endpoint endpoint = pub.bindNow(ANY);
            List<Mono<Message>> heard = new ArrayList<>();
            for (int i = 0; i < subscribers; i++) {
                SubSocket sub = sockets.open(SubSocket::create);
                sub.connectNow(endpoint);
                sub.subscribe("");
                heard.add(sub.receive().take(messages).last());
            }
            pub.awaitSubscribers("", subscribers).block(TIMEOUT);

            long before = allocatedBy("publisher");
            sockets.add(pub.send(Flux.range(0, messages).map(i -> Message.of(Bytes.wrap(new byte[size]))))
                    .subscribe());
            Mono.when(heard).block(TIMEOUT);
            // The octets for all of them, on the heap; what goes to each is in pooled memory beside it. Leak detection,
            // which keeps a trace of each buffer, may add some.
            assertThat(allocatedBy("publisher") - before)
                    .isGreaterThanOrEqualTo((long) messages * size)
                    .isLessThan((long) subscribers * messages * size / 2);
        } finally {
            own.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
        }
    }

    private static long allocatedBy(String name) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null
                        && (thread.getThreadName().startsWith(name)
                                || thread.getThreadId()
                                        == Thread.currentThread().getId()))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }

    @Test
    void draftTypesGoByWebSocketToo() {
        ServerSocket server = sockets.open(ServerSocket::create);
        sockets.add(server.send(server.receive()).subscribe());
        ClientSocket client = connect(sockets.open(ClientSocket::create), server);
        client.send(Message.of("echo")).block(TIMEOUT);
        assertThat(client.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("echo"));

        DishSocket dish = sockets.open(DishSocket::create);
        RadioSocket radio = connect(sockets.open(RadioSocket::create), dish);
        dish.join("group");
        Mono<Message> heard = dish.receive(Duration.ofMillis(20));
        Way.until(() -> {
            radio.send(Message.of("group", "news")).block(TIMEOUT);
            return heard.block() != null;
        });
    }

    @Test
    void connectsAgainAndReportsWhatHappens() {
        PullSocket pull = sockets.open(PullSocket::create);
        PushSocket push = sockets.open(PushSocket::create);
        Mono<MonitorEvent.Connected> connected = sockets.next(push, MonitorEvent.Connected.class);
        Mono<MonitorEvent.Accepted> accepted = sockets.next(pull, MonitorEvent.Accepted.class);
        Endpoint endpoint = pull.bindNow(ANY);
        push.connectNow(endpoint);
        assertThat(connected.block(TIMEOUT).endpoint()).isEqualTo(endpoint);
        assertThat(accepted.block(TIMEOUT).endpoint()).isEqualTo(endpoint);
        Sockets.awaitPeers(push, 1);

        pull.unbind(endpoint).block(TIMEOUT);
        Sockets.awaitPeers(push, 0);
        push.send("kept").subscribe();
        pull.bindNow(endpoint.toString());
        assertThat(Sockets.receive(pull)).isEqualTo("kept");
    }

    @Test
    void twoSocketsShareAPort() {
        PullSocket orders = sockets.open(PullSocket::create);
        PubSocket ticks = sockets.open(PubSocket::create);
        Endpoint first = orders.bindNow("ws://127.0.0.1:*/orders");
        Endpoint second = ticks.bindNow("ws://127.0.0.1:" + first.port() + "/ticks");
        PushSocket push = sockets.open(PushSocket::create);
        SubSocket sub = sockets.open(SubSocket::create);
        push.connectNow(first);
        sub.connectNow(second);
        sub.subscribe("t");
        push.send("order").block(TIMEOUT);
        assertThat(Sockets.receive(orders)).isEqualTo("order");
        ticks.awaitSubscribers("t", 1).block(TIMEOUT);
        ticks.send("tick").block(TIMEOUT);
        assertThat(Sockets.receive(sub)).isEqualTo("tick");
    }

    @Test
    void aRequestThatIsRefusedIsReportedAtBothSides() {
        PullSocket pull = sockets.open(
                PullSocket::create,
                (SocketOptions all) ->
                        all.server(server -> server.upgrade(request -> Mono.just(Verdict.refuse(401, "no token")))));
        PushSocket push = sockets.open(PushSocket::create);
        Mono<MonitorEvent.HandshakeFailed> there = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.HandshakeFailed> here = sockets.next(push, MonitorEvent.HandshakeFailed.class);
        push.connectNow(pull.bindNow(ANY));
        assertThat(there.block(TIMEOUT).cause()).hasMessageContaining("no token");
        assertThat(here.block(TIMEOUT).cause())
                .isInstanceOf(ZmtpHandshakeException.class)
                .hasMessageContaining("401");
    }

    private static RawPeer raw(Endpoint endpoint, String request) {
        return RawPeer.connect("127.0.0.1", endpoint.port()).write(request.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "a GET without upgrade, GET /a HTTP/1.1|Host: x||, VERSION, WebSocket",
        "another path, GET /c HTTP/1.1|Host: x||, MALFORMED, /c",
        "no HTTP, SSH-2.0-client||, MALFORMED, HTTP",
        "a POST, POST /a HTTP/1.1|Host: x||, MALFORMED, GET"
    })
    void aRequestThatComesToNothingIsReported(String what, String request, Failure failure, String text) {
        PullSocket pull = sockets.open(PullSocket::create);
        Endpoint endpoint = pull.bindNow("ws://127.0.0.1:*/a");
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        try (RawPeer peer = raw(endpoint, request.replace("|", "\r\n"))) {
            MonitorEvent.HandshakeFailed event = failed.block(TIMEOUT);
            assertThat(event.endpoint()).isEqualTo(endpoint);
            assertThat(event.address()).isNotNull();
            assertThat(event.cause())
                    .hasMessageContaining(text)
                    .isInstanceOfSatisfying(
                            ZmtpHandshakeException.class,
                            refused -> assertThat(refused.failure()).isEqualTo(failure));
            peer.readAll(TIMEOUT);
        }
    }

    @Test
    void aPeerThatGoesWithoutARequestIsReportedToAllSocketsOfThePort() {
        PullSocket one = sockets.open(PullSocket::create);
        PullSocket other = sockets.open(PullSocket::create);
        Endpoint endpoint = one.bindNow("ws://127.0.0.1:*/one");
        other.bindNow("ws://127.0.0.1:" + endpoint.port() + "/other");
        Mono<MonitorEvent.HandshakeFailed> here = sockets.next(one, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.HandshakeFailed> there = sockets.next(other, MonitorEvent.HandshakeFailed.class);
        raw(endpoint, "GET ").close();
        assertThat(here.block(TIMEOUT).cause()).isInstanceOf(IOException.class);
        assertThat(there.block(TIMEOUT).cause()).isInstanceOf(IOException.class);
    }

    @Test
    void aRequestThatIsTooSlowIsReported() {
        PullSocket pull = sockets.open(PullSocket::create, all -> all.handshakeTimeout(Duration.ofMillis(200)));
        Endpoint endpoint = pull.bindNow(ANY);
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        try (RawPeer peer = raw(endpoint, "GET /a HTT")) {
            assertThat(failed.block(TIMEOUT).cause())
                    .isInstanceOfSatisfying(
                            ZmtpHandshakeException.class,
                            late -> assertThat(late.failure()).isEqualTo(Failure.TIMEOUT));
            peer.readAll(TIMEOUT);
        }
    }
}
