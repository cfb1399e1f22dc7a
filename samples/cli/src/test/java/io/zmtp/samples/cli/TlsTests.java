package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class TlsTests {

    private final Path certificate;
    private final Path key;

    TlsTests(@TempDir Path directory) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePathPEM());
        key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
    }

    private Tool bind(String... more) {
        return bindAt("tls+tcp://localhost:*", more);
    }

    private Tool bindAt(String endpoint, String... more) {
        String[] all = new String[8 + more.length];
        String[] first = {
            "pull", "--bind", endpoint, "--verbose", "--tls-cert", certificate.toString(), "--tls-key", key.toString()
        };
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return Tool.start(all);
    }

    @Test
    void encryptsForWhoTrustsTheCertificate() {
        try (Tool pull = bind()) {
            Tool.run("a\n", "push", "--connect", pull.endpoint(), "--tls-ca", certificate.toString())
                    .endsWith(0);
            assertThat(pull.line()).isEqualTo("a");
        }
    }

    @Test
    void encryptsWebSocketsToo() {
        try (Tool pull = bindAt("wss://localhost:*/work", "--tls-client-auth", "--tls-ca", certificate.toString())) {
            Tool.run(
                            "a\n",
                            "push",
                            "--connect",
                            pull.endpoint(),
                            "--tls-ca",
                            certificate.toString(),
                            "--tls-cert",
                            certificate.toString(),
                            "--tls-key",
                            key.toString())
                    .endsWith(0);
            assertThat(pull.line()).isEqualTo("a");
        }
    }

    @Test
    void sendsNothingToWhomItDoesNotTrust() {
        try (Tool pull = bind()) {
            Tool push = Tool.run("a\n", "push", "--connect", pull.endpoint(), "--timeout", "1s")
                    .endsWith(3);
            assertThat(push.errors()).contains("no peer came within 1 s; tls+tcp://localhost:");
            assertThat(pull.output()).isEmpty();
        }
    }

    @Test
    void asksClientsForACertificate() {
        try (Tool pull = bind("--tls-client-auth", "--tls-ca", certificate.toString())) {
            String[] known = {
                "push",
                "--connect",
                pull.endpoint(),
                "--tls-ca",
                certificate.toString(),
                "--tls-cert",
                certificate.toString(),
                "--tls-key",
                key.toString()
            };
            Tool.run("known\n", known).endsWith(0);
            Tool.run("unknown\n", "push", "--connect", known[2], "--tls-ca", certificate.toString(), "--timeout", "1s")
                    .endsWith(3);
            assertThat(pull.line()).isEqualTo("known");
            assertThat(pull.output()).isEmpty();
        }
    }
}
