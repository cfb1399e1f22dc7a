package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A file of hosts that changes while the process runs. */
class HostsFileTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Path file;
    private HostsFile hosts;

    @BeforeEach
    void begin() {
        file = directory.resolve("hosts");
        hosts = new HostsFile(file);
    }

    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    /** As editors and container platforms do. */
    private void replace(String... lines) throws IOException {
        Path next = Files.write(directory.resolve("next"), List.of(lines));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> addresses(String host) {
        return hosts.addresses(host).stream().map(InetAddress::getHostAddress).toList();
    }

    @Test
    void knowsNobodyWithoutAFile() {
        assertThat(addresses("moving.test")).isEmpty();
    }

    @Test
    void readsAliasesInAnyCaseAndAllAddresses() throws Exception {
        write("# comment", "192.0.2.1 moving.test alias", "192.0.2.2\tmoving.test # second", "2001:db8::1 moving.test");
        assertThat(addresses("MOVING.test")).contains("192.0.2.1", "192.0.2.2", "2001:db8:0:0:0:0:0:1");
        assertThat(addresses("alias")).containsExactly("192.0.2.1");
        assertThat(addresses("other")).isEmpty();
    }

    @Test
    void seesEachChange() throws Exception {
        write("192.0.2.1 moving.test");
        assertThat(addresses("moving.test")).containsExactly("192.0.2.1");
        write("192.0.2.10 moving.test");
        assertThat(addresses("moving.test")).containsExactly("192.0.2.10");
        replace("192.0.2.20 moving.test");
        assertThat(addresses("moving.test")).containsExactly("192.0.2.20");
        Files.delete(file);
        assertThat(addresses("moving.test")).isEmpty();
    }

    private Mono<Channel> dial(int port) {
        return Dialer.dial(
                Endpoint.parse("tcp://moving.test:" + port), Loops.SHARED, TIMEOUT, Map.of(), null, null, hosts);
    }

    @Test
    void eachAttemptToConnectAsksAnew() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            write("127.0.0.2 moving.test");
            Mono<Channel> attempt = dial(server.getLocalPort());
            StepVerifier.create(attempt).expectError(ConnectException.class).verify(TIMEOUT);

            write("127.0.0.1 moving.test");
            Channel channel = attempt.block(TIMEOUT);

            assertThat(channel.remoteAddress()).hasToString("moving.test/127.0.0.1:" + server.getLocalPort());
            channel.close().syncUninterruptibly();
        }
    }

    @Test
    void triesEveryAddressOfTheFile() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            write("127.0.0.2 moving.test", "127.0.0.3 moving.test", "127.0.0.1 moving.test");
            Channel channel = dial(server.getLocalPort()).block(TIMEOUT);
            assertThat(channel.isActive()).isTrue();
            channel.close().syncUninterruptibly();
        }
    }
}
