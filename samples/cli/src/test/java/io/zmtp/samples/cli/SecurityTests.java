package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.zmtp.samples.cli.format.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class SecurityTests {

    @RegisterExtension
    final Tools tools = new Tools();

    private Tool plainServer() {
        return tools.bind("pull", "--plain-server", "ann:secret", "--plain-server", "bob:-other");
    }

    private static Tool push(Tool pull, String user, String password) {
        return Tool.run(
                "a\n", "push", "--connect", pull.endpoint(), "--plain-username", user, "--plain-password", password);
    }

    @Test
    void plainLetsInWhoKnowsThePassword() {
        Tool pull = plainServer();
        push(pull, "bob", "-other").endsWith(0);
        assertThat(pull.event("handshake_succeeded")).contains("\"user\":\"bob\"");
        assertThat(pull.line()).isEqualTo("a");
    }

    @Test
    void plainRefusesWhoDoesNotForGood() {
        Tool pull = plainServer();
        Tool push = push(pull, "ann", "wrong").endsWith(1);
        assertThat(push.errors())
                .startsWith("zmtp: tcp://127.0.0.1:")
                .contains("400")
                .doesNotContain("wrong");
        assertThat(pull.event("handshake_failed"))
                .contains("\"failure\":\"credentials\"")
                .doesNotContain("wrong");
        assertThat(pull.output()).isEmpty();
    }

    @Test
    void plainRefusesWhoShowsNothing() {
        Tool pull = plainServer();
        Tool push = Tool.run("a\n", "push", "--connect", pull.endpoint()).endsWith(1);
        assertThat(push.errors()).contains("PLAIN");
    }

    // ---- CURVE

    private static String key(Tool keygen, String which) {
        String line = keygen.line();
        assertThat(line).matches(which + ": [ -~]{40}");
        return line.substring(which.length() + 2);
    }

    @Test
    void keygenPrintsAPair() {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        assertThat(key(keygen, "public")).isNotEqualTo(key(keygen, "secret"));
        assertThat(keygen.output()).isEmpty();
    }

    @Test
    void curveEncryptsForWhoKnowsTheServer() {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String server = key(keygen, "public");
        Tool pull = tools.bind("pull", "--curve-server", "--curve-secret-key", key(keygen, "secret"));
        Tool.run("a\n", "push", "--connect", pull.endpoint(), "--curve-server-key", server)
                .endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
        assertThat(pull.event("handshake_succeeded")).contains("\"public_key\":\"");
    }

    @Test
    void curveKnowsNobodyWithAnotherServersKey() {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String other = key(keygen, "public");
        String secret = key(Tool.run("", "keygen").endsWith(0).skipLine(), "secret");
        Tool pull = tools.bind("pull", "--curve-server", "--curve-secret-key", secret);
        Tool push = Tool.run(
                        "a\n", "push", "--connect", pull.endpoint(), "--curve-server-key", other, "--timeout", "1s")
                .endsWith(3);
        assertThat(push.errors()).contains("no peer came within 1 s");
        assertThat(pull.event("handshake_failed")).contains("\"reason\":\"").doesNotContain(secret);
        assertThat(pull.output()).isEmpty();
    }

    @Test
    void curveLetsInWhoIsAllowed(@TempDir Path directory) throws IOException {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String serverPublic = key(keygen, "public");
        Path serverKeys = Files.writeString(directory.resolve("server"), "secret: " + key(keygen, "secret") + "\n");
        Tool client = Tool.run("", "keygen").endsWith(0);
        String allowed = key(client, "public");
        Path clientSecret = Files.writeString(directory.resolve("client"), key(client, "secret") + "\n");

        Tool pull = tools.bind(
                "pull", "--curve-server", "--curve-secret-key-file", serverKeys.toString(), "--curve-allow", allowed);
        String[] push = {"push", "--connect", pull.endpoint(), "--curve-server-key", serverPublic};
        Tool stranger = Tool.run("no\n", push).endsWith(1);
        assertThat(stranger.errors()).contains("400");
        Tool.run("yes\n", with(push, "--curve-secret-key-file", clientSecret.toString()))
                .endsWith(0);
        assertThat(pull.line()).isEqualTo("yes");
        assertThat(pull.event("handshake_succeeded"))
                .contains(new Json().with("public_key", allowed).toString().replaceAll("^\\{|}$", ""));
    }

    @Test
    void takesBothKeysOfAPairFromWhatKeygenPrinted(@TempDir Path directory) throws IOException {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String serverPublic = key(keygen, "public");
        String serverSecret = key(keygen, "secret");
        Tool client = Tool.run("", "keygen").endsWith(0);
        String allowed = key(client, "public");
        Path pair = Files.writeString(
                directory.resolve("pair"), "public: " + allowed + "\nsecret: " + key(client, "secret") + "\n");

        Tool pull = tools.bind(
                "pull",
                "--curve-server",
                "--curve-public-key",
                serverPublic,
                "--curve-secret-key",
                serverSecret,
                "--curve-allow",
                allowed);
        Tool.run(
                        "a\n",
                        "push",
                        "--connect",
                        pull.endpoint(),
                        "--curve-server-key",
                        serverPublic,
                        "--curve-public-key-file",
                        pair.toString(),
                        "--curve-secret-key-file",
                        pair.toString())
                .endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
    }

    @Test
    void refusesAPairThatIsNone() {
        Tool one = Tool.run("", "keygen").endsWith(0);
        Tool other = Tool.run("", "keygen").endsWith(0).skipLine();
        String secret = key(other, "secret");
        Tool pull = Tool.run(
                        "",
                        "pull",
                        "--bind",
                        "tcp://127.0.0.1:*",
                        "--curve-server",
                        "--curve-public-key",
                        key(one, "public"),
                        "--curve-secret-key",
                        secret)
                .endsWith(Failure.USAGE);
        assertThat(pull.errors())
                .contains("--curve-public-key", "does not belong")
                .doesNotContain(secret);
    }

    @Test
    void blake3LetsInWhoIsAllowed() {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String server = key(keygen, "public");
        String secret = key(keygen, "secret");
        Tool pull = tools.bind(
                "pull", "--blake3-server", "--blake3-secret-key", secret, "--blake3-allow", server); // only itself
        String[] push = {"push", "--connect", pull.endpoint(), "--blake3-server-key", server};
        assertThat(Tool.run("no\n", push).endsWith(1).errors()).contains("400");
        Tool.run("yes\n", with(push, "--blake3-secret-key", secret)).endsWith(0);
        assertThat(pull.line()).isEqualTo("yes");
    }

    @Test
    void encryptsTwiceWithTlsAndCurve(@TempDir Path directory) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String server = key(keygen, "public");
        Tool pull = tools.start(
                "pull",
                "--verbose",
                "--bind",
                "tls+tcp://localhost:*",
                "--tls-cert",
                certificate.toString(),
                "--tls-key",
                key.toString(),
                "--curve-server",
                "--curve-secret-key",
                key(keygen, "secret"));
        Tool.run(
                        "a\n",
                        "push",
                        "--connect",
                        pull.endpoint(),
                        "--tls-ca",
                        certificate.toString(),
                        "--curve-server-key",
                        server)
                .endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
    }

    @Test
    void blake3HasTheSameOptions() {
        Tool keygen = Tool.run("", "keygen").endsWith(0);
        String server = key(keygen, "public");
        Tool pull = tools.bind("pull", "--blake3-server", "--blake3-secret-key", key(keygen, "secret"));
        Tool.run("a\n", "push", "--connect", pull.endpoint(), "--blake3-server-key", server)
                .endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
    }
}
