package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static io.zmtp.reactive.testing.TestCertificates.Identity.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class TlsKeysTests {

    private static final Identity SERVER = TestCertificates.server();

    private final Opened opened = new Opened();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void takesKeysAsPem() throws Exception {
        serves(SslContextBuilder.forServer(stream(SERVER.certificatePem()), stream(SERVER.keyPem()))
                .build());
    }

    @Test
    void takesKeysAsFiles() throws Exception {
        Path chain = Files.writeString(directory.resolve("chain.pem"), SERVER.certificatePem());
        Path key = Files.writeString(directory.resolve("key.pem"), SERVER.keyPem());
        serves(SslContextBuilder.forServer(chain.toFile(), key.toFile()).build());
    }

    @Test
    void takesKeysUnderAPassPhrase() throws Exception {
        serves(SslContextBuilder.forServer(
                        stream(SERVER.certificatePem()), stream(SERVER.encryptedKeyPem()), TestCertificates.PASSWORD)
                .build());
    }

    @Test
    void takesKeyStores() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(SERVER.keyStore(), TestCertificates.PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(TestCertificates.trustStore());
        Pair pair = opened.pair(
                pull().secure(SslContextBuilder.forServer(keys).build()),
                push().secure(SslContextBuilder.forClient().trustManager(trust).build()),
                "tls+tcp://localhost:*");
        assertThat(pair.client().peerCertificates()).startsWith(SERVER.certificate());
    }

    @Test
    void replacesTheCertificateBetweenHandshakes() {
        AtomicReference<SslContext> current =
                new AtomicReference<>(TestCertificates.serverContext(TestCertificates.wrongHost()));
        Binding binding = opened.bind(pull().secure(current::get), "tls+tcp://localhost:*");
        ZmtpClient client = push().secure(TestCertificates.clientContext());
        StepVerifier.create(client.connect(binding.endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        current.set(TestCertificates.serverContext(SERVER));
        opened.connect(client, binding.endpoint().toString());
    }

    @Test
    void keepsOpenConnectionsWhenTheCertificateIsReplaced() {
        AtomicReference<SslContext> current = new AtomicReference<>(TestCertificates.serverContext(SERVER));
        Pair pair = opened.pair(
                pull().secure(current::get), push().secure(TestCertificates.clientContext()), "tls+tcp://localhost:*");
        current.set(TestCertificates.serverContext(TestCertificates.foreignServer()));
        StepVerifier.create(push().secure(TestCertificates.clientContext())
                        .connect(pair.server().endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        pair.client().send(Message.of("still here")).block(TIMEOUT);
        StepVerifier.create(pair.server().receive().take(1))
                .expectNext(Message.of("still here"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private void serves(SslContext context) {
        Pair pair = opened.pair(
                pull().secure(context), push().secure(TestCertificates.clientContext()), "tls+tcp://localhost:*");
        assertThat(pair.client().peerCertificates()).startsWith(SERVER.certificate());
    }
}
