package io.zmtp.spring.autoconfigure.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class TlsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path files;

    private X509Bundle authority;
    private ApplicationContextRunner runner;

    @BeforeEach
    void certify() throws Exception {
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path ca = Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM());
        write("server", "CN=first");
        write("client", "CN=ann");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, ZmtpAutoConfiguration.class))
                .withPropertyValues(
                        "spring.ssl.bundle.watch.file.quiet-period=50ms",
                        "spring.ssl.bundle.pem.work.keystore.certificate=file:" + files.resolve("server.pem"),
                        "spring.ssl.bundle.pem.work.keystore.private-key=file:" + files.resolve("server.key"),
                        "spring.ssl.bundle.pem.work.truststore.certificate=file:" + ca,
                        "spring.ssl.bundle.pem.work.reload-on-update=true",
                        "spring.ssl.bundle.pem.ann.keystore.certificate=file:" + files.resolve("client.pem"),
                        "spring.ssl.bundle.pem.ann.keystore.private-key=file:" + files.resolve("client.key"),
                        "spring.ssl.bundle.pem.ann.truststore.certificate=file:" + ca,
                        "spring.ssl.bundle.pem.anyone.truststore.certificate=file:" + ca,
                        "zmtp.defaults.linger=0s",
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=tls+tcp://localhost:*",
                        "zmtp.sockets.work.ssl.bundle=work",
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.connect=");
    }

    private void write(String name, String subject) throws Exception {
        X509Bundle made = new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .addSanDnsName("localhost")
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
        Files.writeString(files.resolve(name + ".key"), made.getPrivateKeyPEM());
        Files.writeString(files.resolve(name + ".pem"), made.getCertificatePEM());
    }

    private static ZmtpConnection connect(ApplicationContext context) {
        PullSocket work = context.getBean(PullSocket.class);
        PushSocket jobs = context.getBean(PushSocket.class);
        String endpoint = "tls+tcp://localhost:" + work.endpoints().get(0).port();
        jobs.connectNow(endpoint);
        ConnectedPeer peer = jobs.onPeer().blockFirst(TIMEOUT);
        return peer.connection().orElseThrow();
    }

    private static String subjectOf(ZmtpConnection connection) throws Exception {
        return ((X509Certificate) connection.tls().orElseThrow().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void encryptsAndChecksTheServer() {
        runner.withPropertyValues("zmtp.sockets.jobs.ssl.bundle=anyone").run(context -> {
            assertThat(subjectOf(connect(context))).isEqualTo("CN=first");
            StepVerifier.create(context.getBean(PullSocket.class).receive().map(Message::text))
                    .then(() -> context.getBean(PushSocket.class).send("hello").block(TIMEOUT))
                    .expectNext("hello")
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void asksForTheClientsCertificate() {
        runner.withPropertyValues("zmtp.sockets.work.ssl.client-auth=need", "zmtp.sockets.jobs.ssl.bundle=ann")
                .run(context -> {
                    connect(context);
                    ConnectedPeer client =
                            context.getBean(PullSocket.class).onPeer().blockFirst(TIMEOUT);
                    assertThat(subjectOf(client.connection().orElseThrow())).isEqualTo("CN=ann");
                });
    }

    @Test
    void usesCertificatesThatWereReloaded() {
        runner.withPropertyValues("zmtp.sockets.jobs.ssl.bundle=anyone", "zmtp.sockets.jobs.reconnect.min=20ms")
                .run(context -> {
                    Sinks.Empty<Void> reloaded = Sinks.empty();
                    context.getBean(SslBundles.class).addBundleUpdateHandler("work", bundle -> reloaded.tryEmitEmpty());
                    ZmtpConnection first = connect(context);
                    assertThat(subjectOf(first)).isEqualTo("CN=first");

                    write("server", "CN=second");
                    reloaded.asMono().block(TIMEOUT);
                    PushSocket jobs = context.getBean(PushSocket.class);
                    ConnectedPeer old = jobs.peers().get(0);
                    old.dispose();
                    old.onClose().block(TIMEOUT);
                    ConnectedPeer next =
                            jobs.onPeer().filter(peer -> peer != old).blockFirst(TIMEOUT);
                    assertThat(subjectOf(next.connection().orElseThrow())).isEqualTo("CN=second");
                });
    }

    @Test
    void refusesAServerThatItDoesNotTrust() {
        runner.run(
                context -> { // the JDK's trust store
                    PullSocket work = context.getBean(PullSocket.class);
                    PushSocket jobs = context.getBean(PushSocket.class);
                    StepVerifier.create(jobs.monitor()
                                    .ofType(io.zmtp.reactive.monitor.MonitorEvent.Retrying.class)
                                    .map(event -> String.valueOf(event.cause())))
                            .then(() -> jobs.connectNow("tls+tcp://localhost:"
                                    + work.endpoints().get(0).port()))
                            .assertNext(cause -> assertThat(cause).contains("SSL"))
                            .thenCancel()
                            .verify(TIMEOUT);
                });
    }
}
