package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The command as a process of its own, for what only a process has: signals, pipes and exit statuses. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such signals")
class ProcessTests {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void needsKill() throws Exception {
        assumeTrue(new ProcessBuilder("kill", "-l").start().waitFor() == 0, "there is no kill command");
    }

    @AfterEach
    void endAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process zmtp(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                JAVA, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return keep(new ProcessBuilder(command));
    }

    private Process keep(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static String endpoint(Process bound) throws IOException {
        String line = bound.errorReader().readLine();
        assertThat(line).contains("\"listening\"");
        return line.replaceAll(".*\"endpoint\":\"([^\"]+)\".*", "$1");
    }

    private static int status(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Test
    void passesLinesFromProcessToProcess() throws Exception {
        Process pull = zmtp("pull", "--bind", "tcp://127.0.0.1:*", "--verbose", "--count", "2");
        Process push = zmtp("push", "--connect", endpoint(pull));
        try (OutputStream in = push.getOutputStream()) {
            in.write("one\ntwö\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(status(push)).isZero();
        assertThat(status(pull)).isZero();
        assertThat(new String(pull.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("one\ntwö\n");
        assertThat(push.getErrorStream().readAllBytes()).isEmpty();
    }

    @Test
    void passesOctetsAsOneMessage() throws Exception {
        byte[] octets = new byte[3_000_000];
        new Random(1).nextBytes(octets);
        Process pull = zmtp("pull", "--bind", "tcp://127.0.0.1:*", "--verbose", "--count", "1", "--format", "raw");
        Process push = zmtp("push", "--connect", endpoint(pull), "--format", "raw");
        try (OutputStream in = push.getOutputStream()) {
            in.write(octets);
        }
        assertThat(pull.getInputStream().readAllBytes()).isEqualTo(octets);
        assertThat(status(push)).isZero();
        assertThat(status(pull)).isZero();
    }

    @Test
    void endsInOrderOnInterrupt() throws Exception {
        Process pull = zmtp("pull", "--bind", "tcp://127.0.0.1:*", "--verbose");
        endpoint(pull);
        BufferedReader errors = pull.errorReader();
        signal("INT", pull);
        assertThat(errors.readLine()).contains("\"event\":\"ended\"");
        assertThat(status(pull)).isEqualTo(130);
    }

    @Test
    void endsInOrderOnTerminate() throws Exception {
        Process pull = zmtp("pull", "--bind", "tcp://127.0.0.1:*", "--verbose");
        endpoint(pull);
        signal("TERM", pull);
        assertThat(status(pull)).isEqualTo(143);
    }

    @Test
    void sendsWhatIsInHandBeforeAnInterruptEndsIt() throws Exception {
        Process pull = zmtp("pull", "--bind", "tcp://127.0.0.1:*", "--verbose");
        Process push = zmtp("push", "--connect", endpoint(pull));
        OutputStream in = push.getOutputStream();
        in.write("one\n".getBytes(StandardCharsets.UTF_8));
        in.flush();
        assertThat(pull.inputReader().readLine()).isEqualTo("one");
        signal("INT", push);
        assertThat(status(push)).isEqualTo(130);
    }

    @Test
    void aClosedPipeEndsItQuietly() throws Exception {
        Process pull = zmtp("pull", "--bind", "tcp://127.0.0.1:*", "--verbose");
        String endpoint = endpoint(pull);
        Process push = zmtp("push", "--connect", endpoint, "--linger", "5s");
        OutputStream in = push.getOutputStream();
        in.write("one\n".getBytes(StandardCharsets.UTF_8));
        in.flush();
        assertThat(pull.inputReader().readLine()).isEqualTo("one");
        pull.getInputStream().close();
        in.write("two\n".getBytes(StandardCharsets.UTF_8));
        in.flush();
        assertThat(status(pull)).isZero();
        String errors = new String(pull.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(errors).doesNotContain("zmtp:").doesNotContain("Exception");
    }

    @Test
    void saysWhatIsWrongWithItsOptions() throws Exception {
        Process process = zmtp("pull", "--bind", "nowhere");
        assertThat(status(process)).isEqualTo(2);
        assertThat(process.errorReader().readLine()).contains("--bind");
    }
}
