package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whatever a peer sends, each line of the log, each event, and each failure with all behind it is one printable line of
 * bounded length.
 */
class HostileTextTests {

    private static final String NASTY =
            "\r\n00:00 ERROR forged \u001b[2J\u001b]0;owned\u0007 \u202egnp.exe\u2066 \u0085\u2028\u009b1m ";
    private static final String LONG = NASTY + "x".repeat(65_000);
    private static final String SHORT = NASTY + "x".repeat(100);

    /** A failure's text has 1,000 characters, and what is around it in an event or a line not as many. */
    private static final int MAX_CHARACTERS = 1500;

    private static final String HERE = "tcp://127.0.0.1:*";
    private static final Metadata PUSH = Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8("PUSH"));

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final List<MonitorEvent> events = new CopyOnWriteArrayList<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.zmtp");
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Appender<ILoggingEvent> console = root.getAppender("STDERR");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        root.detachAppender(console);
        root.addAppender(logged);
        ours.setLevel(Level.TRACE);
    }

    @AfterEach
    void stop() {
        ours.setLevel(null);
        root.detachAppender(logged);
        root.addAppender(console);
    }

    // ---- what is heard

    private <S extends ZmtpSocket> S watched(S socket) {
        sockets.add(socket);
        sockets.add(socket.monitor().subscribe(events::add));
        return socket;
    }

    private PullSocket pull(UnaryOperator<SocketOptions> options) {
        return watched(PullSocket.create(options));
    }

    private static void texts(Throwable failure, List<String> heard) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            heard.add(each.toString());
        }
    }

    private List<String> heard() {
        root.detachAppender(logged);
        List<String> heard = new ArrayList<>();
        for (ILoggingEvent line : List.copyOf(logged.list)) {
            heard.add(line.getFormattedMessage());
            for (IThrowableProxy each = line.getThrowableProxy(); each != null; each = each.getCause()) {
                heard.add(String.valueOf(each.getMessage()));
            }
        }
        for (MonitorEvent event : events) {
            heard.add(event.toString());
            if (event instanceof MonitorEvent.HandshakeFailed failed) {
                texts(failed.cause(), heard);
            } else if (event instanceof MonitorEvent.Disconnected gone) {
                texts(gone.closed().cause(), heard);
            } else if (event instanceof MonitorEvent.Retrying retrying) {
                texts(retrying.cause(), heard);
            }
        }
        return heard;
    }

    private void assertFitToBeShown(String quoted) {
        assertThat(heard())
                .anyMatch(text -> text.contains(quoted))
                .allSatisfy(
                        text -> assertThat(Printable.isPrintable(text)).as(text).isTrue())
                .allSatisfy(text -> assertThat(text).hasSizeLessThanOrEqualTo(MAX_CHARACTERS));
    }

    private void assertFails(UnaryOperator<SocketOptions> options, ScriptedPeerAct act, String quoted) {
        PullSocket pull = pull(options);
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        ScriptedPeer peer = sockets.add(ScriptedPeer.connect(pull.bindNow(HERE)).block());
        act.on(peer).onErrorComplete().block(TIMEOUT);
        leave(peer);
        failed.block(TIMEOUT);
        assertFitToBeShown(quoted);
    }

    /** When the other side has said its last word, which it waits for; a peer that went at once might not be heard. */
    private static void leave(ScriptedPeer peer) {
        peer.read(1).repeat().onErrorComplete().then().block(TIMEOUT);
        peer.dispose();
    }

    private interface ScriptedPeerAct {
        Mono<?> on(ScriptedPeer peer);
    }

    private static ScriptedPeerAct afterGreetings(Frame frame) {
        return peer -> peer.greet(Greeting.of("NULL", false)).then(peer.send(frame));
    }

    /** A command as octets, however wrong. */
    private static Frame command(String name, Bytes data) {
        byte[] called = Bytes.utf8(name).toByteArray();
        return Frame.command(Bytes.wrap(ByteBuffer.allocate(1 + called.length + data.size())
                .put((byte) called.length)
                .put(called)
                .put(data.asByteBuffer())
                .array()));
    }

    private static Bytes property(String name, String value) {
        byte[] called = Bytes.utf8(name).toByteArray();
        byte[] content = Bytes.utf8(value).toByteArray();
        return Bytes.wrap(ByteBuffer.allocate(5 + called.length + content.length)
                .put((byte) called.length)
                .put(called)
                .putInt(content.length)
                .put(content)
                .array());
    }

    // ---- from a peer's first octet to its last

    @Test
    void theFirstOctetsOfWhatIsNoPeer() {
        assertFails(options -> options, peer -> peer.write(Bytes.utf8(LONG)), "no ZMTP at all");
    }

    @Test
    void theNameOfAMechanism() {
        byte[] greeting = Greeting.of("NULL", false).octets().toByteArray();
        Bytes.utf8(NASTY).copyTo(0, greeting, 12, 20);
        assertFails(options -> options, peer -> peer.write(Bytes.wrap(greeting)), "0x0d0a");
    }

    @Test
    void theNameOfACommand() {
        assertFails(options -> options, afterGreetings(command(SHORT, Bytes.EMPTY)), "0x0d0a");
    }

    @Test
    void theNameOfAProperty() {
        assertFails(options -> options, afterGreetings(command("READY", property(SHORT, "x"))), "0x0d0a");
    }

    @Test
    void aSocketType() {
        assertFails(
                options -> options, afterGreetings(command("READY", property(Metadata.SOCKET_TYPE, LONG))), "0x0d0a");
    }

    @Test
    void aRoutingId() {
        Frame ready = command("READY", property(Metadata.IDENTITY, LONG));
        assertFails(
                options -> options,
                afterGreetings(ready),
                "at most 255 octets"); // of such a one only its size is shown
    }

    @Test
    void theReasonOfAnError() {
        ScriptedListener listener = sockets.add(ScriptedPeer.listen());
        PushSocket push = watched(PushSocket.create(Sockets::quick));
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(push, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.Retrying> retrying = sockets.next(push, MonitorEvent.Retrying.class);
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = sockets.add(listener.accept().block(TIMEOUT));
        byte[] reason = Bytes.utf8(SHORT).toByteArray();
        Bytes data = Bytes.wrap(ByteBuffer.allocate(1 + reason.length)
                .put((byte) reason.length)
                .put(reason)
                .array());
        afterGreetings(command("ERROR", data)).on(peer).block(TIMEOUT);
        leave(peer);
        failed.block(TIMEOUT);
        retrying.block(TIMEOUT);
        assertFitToBeShown("refused with ERROR");
    }

    @Test
    void thousandsOfProperties() {
        PullSocket pull = pull(options -> options);
        Mono<MonitorEvent.HandshakeSucceeded> succeeded = sockets.next(pull, MonitorEvent.HandshakeSucceeded.class);
        Mono<MonitorEvent.Disconnected> gone = sockets.next(pull, MonitorEvent.Disconnected.class);
        ScriptedPeer peer = sockets.add(ScriptedPeer.connect(pull.bindNow(HERE)).block());
        Metadata many = PUSH;
        for (int i = 0; i < 1000; i++) {
            many = many.with("X-" + "y".repeat(20) + i, Bytes.EMPTY);
        }
        many = many.with(Metadata.IDENTITY, Bytes.utf8(SHORT));
        peer.handshake(many).block(TIMEOUT);
        succeeded.block(TIMEOUT);
        // It joins just after the event.
        assertThat(pull.onPeer().blockFirst(TIMEOUT).toString()).hasSizeLessThanOrEqualTo(MAX_CHARACTERS);
        peer.dispose();
        gone.block(TIMEOUT);
        assertFitToBeShown("0x0d0a");
    }

    @Test
    void aCommandBehindTheHandshake() {
        PullSocket pull = pull(options -> options);
        Mono<MonitorEvent.Disconnected> gone = sockets.next(pull, MonitorEvent.Disconnected.class);
        ScriptedPeer peer = sockets.add(ScriptedPeer.connect(pull.bindNow(HERE)).block());
        peer.handshake(PUSH).then(peer.send(command(SHORT, Bytes.EMPTY))).block(TIMEOUT);
        gone.block(TIMEOUT);
        assertFitToBeShown("0x0d0a");
    }

    // ---- who it says it is

    private void user(Authenticator authenticator, Class<? extends MonitorEvent> end) {
        PullSocket pull = pull(options -> options.mechanism(PlainMechanism.server(authenticator)));
        Mono<? extends MonitorEvent> ended = sockets.next(pull, end);
        PushSocket push = watched(PushSocket.create(
                options -> Sockets.quick(options).mechanism(PlainMechanism.client(SHORT, "password"))));
        push.connectNow(pull.bindNow(HERE));
        ended.block(TIMEOUT);
        assertFitToBeShown("forged");
        assertThat(pull.peers().toString()).matches(Printable::isPrintable);
    }

    @Test
    void aUserWhoIsRefused() {
        user(shown -> Mono.just(Verdict.refuse("no " + LONG)), MonitorEvent.HandshakeFailed.class);
    }

    @Test
    void aUserOverWhomTheAuthenticatorFails() {
        user(shown -> Mono.error(new IllegalStateException("no " + LONG)), MonitorEvent.HandshakeFailed.class);
    }

    @Test
    void aUserWhoIsLetIn() {
        user(shown -> Mono.just(Verdict.accept(LONG)), MonitorEvent.HandshakeSucceeded.class);
    }

    @Test
    void theTextOfAZapHandler() {
        RepSocket handler = sockets.add(RepSocket.create());
        handler.bindNow(ZapAuthenticator.ENDPOINT);
        sockets.add(handler.serve(request -> Mono.just(Message.of(
                        Bytes.utf8("1.0"),
                        request.part(1),
                        Bytes.utf8("400"),
                        Bytes.utf8(LONG),
                        Bytes.EMPTY,
                        Bytes.EMPTY)))
                .subscribe());
        ZapAuthenticator zap = sockets.add(ZapAuthenticator.of("global"));
        assertFails(
                options -> options.mechanism(NullMechanism.create(zap)),
                peer -> peer.greet(Greeting.of("NULL", false)).then(peer.send(Command.ready(PUSH))),
                "refused with 400");
    }

    // ---- TLS

    @Test
    void whatIsNoTls() {
        PullSocket pull = pull(options -> options.secure(TestCertificates.serverContext(TestCertificates.server())));
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        Endpoint bound = pull.bindNow("tls+tcp://127.0.0.1:*");
        ScriptedPeer peer = sockets.add(ScriptedPeer.connect(Endpoint.parse("tcp://127.0.0.1:" + bound.port()))
                .block());
        peer.write(Bytes.utf8("payload " + LONG)).onErrorComplete().block(TIMEOUT);
        failed.block(TIMEOUT);
        assertFitToBeShown("not an SSL/TLS record");
    }

    @Test
    void theNameInACertificate() throws Exception {
        TestCertificates.Identity nasty = TestCertificates.client("CN=\\0D\\0A00:00 ERROR forged\\1B[2J\\E2\\80\\AE");
        SslContext server = SslContextBuilder.forServer(
                        TestCertificates.server().key(),
                        TestCertificates.server().certificate())
                .trustManager(TestCertificates.ca())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
        SslContext client = SslContextBuilder.forClient()
                .keyManager(nasty.key(), nasty.certificate())
                .trustManager(TestCertificates.ca())
                .build();
        PullSocket pull = pull(
                options -> options.secure(server).server(bound -> bound.verifyPeer((certificate, depth) -> false)));
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        PushSocket push = sockets.open(PushSocket::create, options -> options.secure(client));
        push.connectNow(pull.bindNow("tls+tcp://localhost:*"));
        failed.block(TIMEOUT);
        assertFitToBeShown("it denied the peer's certificate CN=");
    }

    // ---- ipc

    @Test
    void theFileOfAPeer(@TempDir Path directory) throws IOException {
        PullSocket pull = pull(options -> options);
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        pull.bindNow("ipc://" + directory.resolve("p"));
        try (SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            peer.bind(UnixDomainSocketAddress.of(directory.resolve("q\r\n\u001b[2J")));
            peer.connect(UnixDomainSocketAddress.of(directory.resolve("p")));
            peer.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            failed.block(TIMEOUT);
        }
        assertFitToBeShown("no ZMTP at all");
    }

    // ---- what others are given by a peer

    @Test
    void anEndpointThatAPeerNamed() {
        List<BiFunction<String, String, String>> forms = List.of(
                (nasty, all) -> all,
                (nasty, all) -> all + "://x:1",
                (nasty, all) -> "tcp://" + all + ":1",
                (nasty, all) -> "tcp://" + nasty.replaceAll("\\s", "") + ":1",
                (nasty, all) -> "tcp://x:" + all,
                (nasty, all) -> "ipc://" + nasty,
                (nasty, all) -> "ipc://" + all,
                (nasty, all) -> "inproc://a\u202eb",
                (nasty, all) -> "udp://" + nasty.replaceAll("\\s", "") + ";x:1");
        for (BiFunction<String, String, String> form : forms) {
            Supplier<Endpoint> parsing = () -> Endpoint.parse(form.apply(NASTY, LONG));
            try {
                throw new AssertionError("no failure: " + parsing.get());
            } catch (IllegalArgumentException unreadable) {
                assertThat(unreadable.getMessage())
                        .hasSizeLessThan(MAX_CHARACTERS)
                        .matches(Printable::isPrintable);
            }
        }
    }

    @Test
    void noPayloadIsInAFailureOfSending() {
        RouterSocket router = sockets.add(RouterSocket.create());
        assertThat(router.send(Message.of("payload"))
                        .materialize()
                        .block(TIMEOUT)
                        .getThrowable())
                .hasMessageContaining("one part")
                .hasMessageNotContaining("payload");
    }

    // ---- again and again

    @Test
    void aPeerThatComesAgainAndAgainMakesOneLine() {
        PullSocket pull = pull(options -> options);
        Endpoint bound = pull.bindNow(HERE);
        ours.setLevel(Level.INFO);
        for (int i = 0; i < 50; i++) {
            Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
            ScriptedPeer peer = sockets.add(ScriptedPeer.connect(bound).block());
            peer.write(Bytes.utf8(NASTY)).onErrorComplete().block(TIMEOUT);
            failed.block(TIMEOUT);
        }
        assertThat(logged.list)
                .filteredOn(line -> line.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("a handshake failed"));
    }

    @Test
    void aHandlerThatFailsAgainAndAgainMakesOneLineWithoutItsText() {
        RepSocket rep = sockets.add(RepSocket.create());
        Endpoint bound = rep.bindNow(HERE);
        ReqSocket req = sockets.open(ReqSocket::create, SocketOptions::correlate);
        req.connectNow(bound);
        sockets.add(rep.serve(request -> Mono.error(new IllegalStateException(request.text())))
                .subscribe());
        ours.setLevel(Level.INFO);
        DealerSocket dealer = sockets.open(DealerSocket::create);
        dealer.connectNow(bound);
        for (int i = 0; i < 50; i++) {
            dealer.send("", "payload" + i).block(TIMEOUT);
        }
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> List.copyOf(logged.list).stream()
                        .anyMatch(line -> line.getFormattedMessage().contains("the handler failed")))
                .blockFirst(TIMEOUT);
        rep.close().block(TIMEOUT);
        assertThat(logged.list)
                .filteredOn(line -> line.getFormattedMessage().contains("the handler failed"))
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .contains("IllegalStateException")
                        .doesNotContain("payload"))
                .satisfies(line -> assertThat(line.getThrowableProxy()).isNull());
    }

    @Test
    void aSocketTypeOfOursIsShownAsItIs() {
        assertFails(
                options -> options,
                afterGreetings(
                        Command.ready(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(SocketType.SUB.name())))
                                .frame()),
                "but SUB came");
    }
}
