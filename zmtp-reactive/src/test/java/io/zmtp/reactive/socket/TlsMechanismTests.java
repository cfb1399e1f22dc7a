package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** TLS under every mechanism, on sockets. */
class TlsMechanismTests {
    private static final String HERE = "tls+tcp://localhost:*";
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final Bytes PASSWORD = Bytes.utf8("hunter2");
    private static final Authenticator BY_PASSWORD = shown ->
            Mono.just(PASSWORD.equals(shown.password()) ? Verdict.accept(shown.username()) : Verdict.refuse("no"));

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    enum Kind {
        NULL(NullMechanism.create(), NullMechanism.create()),
        PLAIN(PlainMechanism.client("ann", "hunter2"), PlainMechanism.server(BY_PASSWORD)),
        CURVE(
                CurveMechanism.client(SERVER.publicKey(), CLIENT),
                CurveMechanism.server(SERVER, Authenticator.publicKeys(Set.of(CLIENT.publicKey())))),
        BLAKE3(
                Blake3Mechanism.client(SERVER.publicKey(), CLIENT),
                Blake3Mechanism.server(SERVER, Authenticator.publicKeys(Set.of(CLIENT.publicKey()))));

        final Mechanism calling;
        final Mechanism serving;

        Kind(Mechanism calling, Mechanism serving) {
            this.calling = calling;
            this.serving = serving;
        }
    }

    private static SocketOptions serving(SocketOptions options, Mechanism mechanism) {
        return options.mechanism(mechanism).secure(TestCertificates.serverContext(TestCertificates.server()));
    }

    private static SocketOptions calling(SocketOptions options, Mechanism mechanism) {
        return Sockets.quick(options).mechanism(mechanism).secure(TestCertificates.clientContext());
    }

    private PushSocket push(Mechanism mechanism, Endpoint endpoint, String text) {
        PushSocket push = sockets.add(PushSocket.create(options -> calling(options, mechanism)));
        push.connectNow(endpoint);
        push.send(text).onErrorComplete().subscribe();
        return push;
    }

    private Throwable refused(PullSocket pull, Mechanism calling) {
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        push(calling, pull.bindNow(HERE), "secret");
        Throwable cause = failed.block().cause();
        assertThat(pull.receive().timeout(QUIET, Mono.empty()).collectList().block(TIMEOUT))
                .isEmpty();
        return cause;
    }

    // ---- both are right

    @ParameterizedTest
    @EnumSource
    void carriesMessagesOfAllSizesInOrder(Kind kind) {
        PullSocket pull = sockets.add(PullSocket.create(options -> serving(options, kind.serving)));
        PushSocket push = push(kind.calling, pull.bindNow(HERE), "first");
        push.send(Flux.range(1, 300).map(i -> Message.of("" + i, "x".repeat(i * i))))
                .subscribe();
        assertThat(pull.receive()
                        .skip(1)
                        .take(300)
                        .map(message -> message.first().utf8() + message.last().size())
                        .collectList()
                        .block(TIMEOUT))
                .isEqualTo(IntStream.rangeClosed(1, 300)
                        .mapToObj(i -> i + "" + i * i)
                        .toList());
    }

    /** Who presents a certificate, and who asks for a password or key, are two questions. */
    @ParameterizedTest
    @EnumSource
    void letsTheSideThatDialsBeTheServerOfTheMechanism(Kind kind) {
        RepSocket rep = sockets.add(RepSocket.create(options -> serving(options, kind.calling)));
        sockets.add(rep.serve(question -> Mono.just(Message.of("re: " + question.text())))
                .subscribe());
        ReqSocket req = sockets.add(ReqSocket.create(options -> calling(options, kind.serving)));
        req.connectNow(rep.bindNow(HERE));
        assertThat(req.request(Message.of("question")).map(Message::text).block(TIMEOUT))
                .isEqualTo("re: question");
    }

    @ParameterizedTest
    @EnumSource
    void carriesSubscriptions(Kind kind) {
        PubSocket pub = sockets.add(PubSocket.create(options -> serving(options, kind.serving)));
        SubSocket sub = sockets.add(SubSocket.create(options -> calling(options, kind.calling)));
        sub.connectNow(pub.bindNow(HERE));
        Mono<Message> news = sub.receive("news").next().cache();
        sockets.add(news.subscribe());
        pub.awaitSubscribers("news", 1)
                .thenMany(pub.send(Flux.just(Message.of("weather"), Message.of("news", "one"))))
                .blockLast(TIMEOUT);
        assertThat(news.block(TIMEOUT)).isEqualTo(Message.of("news", "one"));
    }

    @Test
    void showsTheAuthenticatorCertificateAndPassword() {
        LinkedBlockingQueue<Certificate> seen = new LinkedBlockingQueue<>();
        Identity client = TestCertificates.client();
        PullSocket pull = sockets.add(PullSocket.create(options -> options.mechanism(PlainMechanism.server(shown -> {
                    seen.add(shown.certificate());
                    return BY_PASSWORD.authenticate(shown);
                }))
                .secure(context(SslContextBuilder.forServer(
                                TestCertificates.server().key(),
                                TestCertificates.server().certificate())
                        .trustManager(TestCertificates.ca())
                        .clientAuth(ClientAuth.REQUIRE)))));
        PushSocket push = sockets.add(PushSocket.create(options -> calling(options, Kind.PLAIN.calling)
                .secure(context(SslContextBuilder.forClient()
                        .trustManager(TestCertificates.ca())
                        .keyManager(client.key(), client.certificate())))));
        push.connectNow(pull.bindNow(HERE));
        push.send("hello").subscribe();
        Message message = pull.receive().blockFirst(TIMEOUT);
        assertThat(message.peer().map(Peer::userId)).contains("ann");
        assertThat(seen).containsExactly(client.certificate());
    }

    // ---- one of them is wrong

    @Test
    void refusesAWrongPasswordInsideTls() {
        PullSocket pull = sockets.add(PullSocket.create(options -> serving(options, Kind.PLAIN.serving)));
        assertThat(refused(pull, PlainMechanism.client("ann", "guess")))
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        cause -> assertThat(cause.failure()).isEqualTo(Failure.CREDENTIALS));
    }

    @Test
    void refusesAnUnknownKeyInsideTls() {
        PullSocket pull = sockets.add(PullSocket.create(options -> serving(options, Kind.CURVE.serving)));
        assertThat(refused(pull, CurveMechanism.client(SERVER.publicKey())))
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        cause -> assertThat(cause.failure()).isEqualTo(Failure.CREDENTIALS));
    }

    /** The one who dials does not even greet: no password, no key goes out. */
    @ParameterizedTest
    @EnumSource
    void saysNothingInsideTlsOfAServerThatIsNotTrusted(Kind kind) {
        PullSocket pull = sockets.add(PullSocket.create(options -> options.mechanism(kind.serving)
                .secure(TestCertificates.serverContext(TestCertificates.foreignServer()))));
        assertThat(refused(pull, kind.calling)).isInstanceOf(SSLException.class);
    }

    @Test
    void dialsAgainAfterAnUntrustedCertificateUntilItIsReplaced() {
        AtomicReference<SslContext> current =
                new AtomicReference<>(TestCertificates.serverContext(TestCertificates.wrongHost()));
        PullSocket pull = sockets.add(PullSocket.create(
                options -> options.mechanism(Kind.CURVE.serving).secure(current::get)));
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        push(Kind.CURVE.calling, pull.bindNow(HERE), "patience");
        failed.block();
        current.set(TestCertificates.serverContext(TestCertificates.server()));
        assertThat(Sockets.receive(pull)).isEqualTo("patience");
    }

    // ---- certificates that are replaced

    @ParameterizedTest
    @EnumSource
    void replacesTheCertificateAndKeepsTheConnectionsThatAreOpen(Kind kind) throws InterruptedException {
        AtomicReference<SslContext> current =
                new AtomicReference<>(TestCertificates.serverContext(TestCertificates.server()));
        PullSocket pull = sockets.add(
                PullSocket.create(options -> options.mechanism(kind.serving).secure(current::get)));
        Endpoint endpoint = pull.bindNow(HERE);
        PushSocket before = push(kind.calling, endpoint, "before");
        assertThat(Sockets.receive(pull)).isEqualTo("before");
        ConnectedPeer first = before.peers().get(0);

        current.set(TestCertificates.serverContext(TestCertificates.foreignServer()));
        LinkedBlockingQueue<X509Certificate> shown = new LinkedBlockingQueue<>();
        PushSocket after = sockets.add(PushSocket.create(options -> calling(options, kind.calling)
                .secure(context(SslContextBuilder.forClient().trustManager(TestCertificates.foreignCa())))
                .verifyPeer((certificate, depth) -> depth > 0 || shown.add(certificate))));
        after.connectNow(endpoint);
        after.send("after").subscribe();
        assertThat(Sockets.receive(pull)).isEqualTo("after");
        assertThat(shown.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(TestCertificates.foreignServer().certificate());

        before.send("still here").block(TIMEOUT);
        assertThat(Sockets.receive(pull)).isEqualTo("still here");
        assertThat(before.peers()).containsExactly(first);
        assertThat(pull.peers()).hasSize(2);
    }

    private static SslContext context(SslContextBuilder builder) {
        try {
            return builder.build();
        } catch (SSLException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
