package io.zmtp.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;

class QuickstartTests {

    private final Lines out = new Lines();
    private final Lines err = new Lines();
    private final Disposable.Composite background = Disposables.composite();

    @AfterEach
    void stopWhatRunsInTheBackground() {
        background.dispose();
    }

    @Test
    void demoHoldsTheProducerBackAndLosesNothing() {
        assertThat(new Demo(out.stream(), Duration.ofMillis(1000), Duration.ofMillis(500)).run())
                .isTrue();
        assertThat(out.rest())
                .hasSize(7)
                .anySatisfy(line -> assertThat(line).startsWith("  1.0 s"))
                .last()
                .asString()
                .startsWith("Done: ")
                .endsWith("in order, none lost.");
    }

    @Test
    void demoShowsTheProducerAtTheConsumersPace() {
        new Demo(out.stream(), Duration.ofMillis(1500), Duration.ofMillis(500)).run();
        long slow = received("  1.5 s");
        assertThat(slow).isBetween(1L, 10_000L);
    }

    @Test
    void sendsTheLinesOfItsInputAndEnds() throws Exception {
        String endpoint = bindPull();
        assertThat(run("one\ntwö\n", "--connect", endpoint)).isEqualTo(Quickstart.OK);
        assertThat(out.next()).isEqualTo("one");
        assertThat(out.next()).isEqualTo("twö");
    }

    @Test
    void sendsNumberedMessagesWithoutInput() throws Exception {
        String endpoint = bindPull();
        assertThat(run("", "--connect", endpoint)).isEqualTo(Quickstart.OK);
        for (int i = 1; i <= 10; i++) {
            assertThat(out.next()).isEqualTo("message " + i);
        }
    }

    @Test
    void bindsAsPushServesOnePeerAndEnds() throws Exception {
        Lines bound = new Lines();
        Disposable push = new Talk(
                        Options.parse("--bind", "tcp://127.0.0.1:*", "--type", "push"),
                        new BufferedReader(new StringReader("a\nb\n")),
                        out.stream(),
                        bound.stream())
                .run()
                .subscribe();
        background.add(push);
        String endpoint = bound.next().substring("bound to ".length());
        assertThat(run("", "--connect", endpoint, "--type", "pull")).isEqualTo(Quickstart.OK);
        assertThat(out.rest()).containsExactly("a", "b");
    }

    @Test
    void triesAgainWhileNobodyListens() throws Exception {
        int port = freePort();
        Talk push = new Talk(
                Options.parse("--connect", "tcp://127.0.0.1:" + port),
                new BufferedReader(new StringReader("late\n")),
                out.stream(),
                err.stream());
        background.add(push.run().subscribe());
        assertThat(err.next()).isEqualTo("tcp://127.0.0.1:" + port + ": connection refused; trying again (1)");
        bindPull("tcp://127.0.0.1:" + port);
        assertThat(out.next()).isEqualTo("late");
    }

    @Test
    void saysWhatFailedWhenThePeerIsOfTheWrongType() throws Exception {
        String endpoint = bindPull();
        assertThat(run("", "--connect", endpoint, "--type", "dealer")).isEqualTo(Quickstart.FAILED);
        assertThat(err.next()).startsWith("failed: ");
    }

    @Test
    void saysWhatFailedWhenItCannotBind() throws Exception {
        String taken = bindPull();
        assertThat(run("", "--bind", taken)).isEqualTo(Quickstart.FAILED);
        assertThat(err.next()).startsWith("failed: ");
        assertThat(run("", "--bind", "ipc:///there/is/no/such/directory")).isEqualTo(Quickstart.FAILED);
        assertThat(err.next()).startsWith("failed: ").contains("No such file or directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bind",
                "--type pull",
                "--bind tcp://*:1 --connect tcp://a:1",
                "--connect nowhere",
                "--connect tcp://127.0.0.1:1 --type pub",
                "--connect inproc://here",
                "--talk tcp://127.0.0.1:1"
            })
    void explainsItselfWhenTheArgumentsAreWrong(String arguments) throws Exception {
        assertThat(run("", arguments.split(" "))).isEqualTo(Quickstart.USAGE);
        assertThat(err.next()).doesNotStartWith("usage");
        assertThat(err.rest()).containsExactly(Options.USAGE.lines().toArray(String[]::new));
    }

    @Test
    void explainsItselfWhenAsked() {
        assertThat(run("", "--help")).isEqualTo(Quickstart.OK);
        assertThat(out.rest()).containsExactly(Options.USAGE.lines().toArray(String[]::new));
    }

    private int run(String input, String... args) {
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return Quickstart.run(args, in, out.stream(), err.stream());
    }

    private String bindPull() throws InterruptedException {
        return bindPull("tcp://127.0.0.1:*");
    }

    private String bindPull(String endpoint) throws InterruptedException {
        Lines bound = new Lines();
        Talk pull = new Talk(
                Options.parse("--bind", endpoint),
                new BufferedReader(new StringReader("")),
                out.stream(),
                bound.stream());
        background.add(pull.run().subscribe());
        return bound.next().substring("bound to ".length());
    }

    private long received(String lineStart) {
        String line = out.rest().stream()
                .filter(printed -> printed.startsWith(lineStart))
                .findFirst()
                .orElseThrow();
        String number = line.replaceAll(".*received +([0-9,]+) .*", "$1");
        return Long.parseLong(number.replace(",", ""));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
