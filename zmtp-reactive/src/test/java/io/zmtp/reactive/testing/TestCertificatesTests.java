package io.zmtp.reactive.testing;

import static io.zmtp.reactive.testing.TestCertificates.Identity.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestCertificatesTests {
    @ParameterizedTest
    @MethodSource("identities")
    void opensAsCertificateAndKey(Identity identity) throws Exception {
        assertThat(SslContextBuilder.forServer(identity.key(), identity.certificate())
                        .build()
                        .isServer())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("identities")
    void opensAsPem(Identity identity) throws Exception {
        assertThat(SslContextBuilder.forServer(stream(identity.certificatePem()), stream(identity.keyPem()))
                        .build()
                        .isServer())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("identities")
    void opensAsPemUnderAPassword(Identity identity) throws Exception {
        assertThat(SslContextBuilder.forClient()
                        .keyManager(
                                stream(identity.certificatePem()),
                                stream(identity.encryptedKeyPem()),
                                TestCertificates.PASSWORD)
                        .build()
                        .isClient())
                .isTrue();
        assertThatThrownBy(() -> SslContextBuilder.forClient()
                        .keyManager(stream(identity.certificatePem()), stream(identity.encryptedKeyPem()), "wrong"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("identities")
    void opensAsKeyStore(Identity identity) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity.keyStore(), TestCertificates.PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(TestCertificates.trustStore());
        assertThat(SslContextBuilder.forServer(keys).trustManager(trust).build().isServer())
                .isTrue();
    }

    @Test
    void clientsTrustTheServerOnly() {
        assertThatCode(() -> handshake(TestCertificates.server())).doesNotThrowAnyException();
        assertThatThrownBy(() -> handshake(TestCertificates.wrongHost())).isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> handshake(TestCertificates.foreignServer())).isInstanceOf(SSLHandshakeException.class);
    }

    static Stream<Identity> identities() {
        return Stream.of(
                TestCertificates.server(),
                TestCertificates.wrongHost(),
                TestCertificates.client(),
                TestCertificates.foreignServer(),
                TestCertificates.foreignClient());
    }

    /** Two engines talk to each other in memory; the client checks that the host is localhost. */
    private static void handshake(Identity identity) throws SSLException {
        SSLEngine server = engine(TestCertificates.serverContext(identity));
        SSLEngine client = engine(TestCertificates.clientContext());
        SSLParameters parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        client.beginHandshake();
        server.beginHandshake();
        ByteBuffer toServer = ByteBuffer.allocate(65_536);
        ByteBuffer toClient = ByteBuffer.allocate(65_536);
        for (int turn = 0; turn < 50 && !(isDone(client) && isDone(server)); turn++) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
        }
        assertThat(isDone(client) && isDone(server)).isTrue();
    }

    private static SSLEngine engine(SslContext context) {
        return context.newEngine(UnpooledByteBufAllocator.DEFAULT, "localhost", 0);
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_UNWRAP -> {
                in.flip();
                engine.unwrap(in, ByteBuffer.allocate(65_536));
                in.compact();
            }
            default -> {} // done
        }
    }
}
