package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.SocketType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTests {

    private static final String KEY = "-0".repeat(20);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pull|--bind",
                "pull --bind|--bind",
                "pull --bind here|endpoint \"here\"",
                "pull --connect tcp://127.0.0.1|--connect",
                "push --connect ipc://*|expected a path, but ipc://* has *, which is for binding",
                "tap tcp://lo;127.0.0.1:1 tcp://127.0.0.1:2|expected tcp://host:port or ipc:///path",
                "push --connect tcp://*:5555|expected a host and a port, but tcp://*:5555 has * for one",
                "push --connect tcp://127.0.0.1:*|expected a host and a port, but tcp://127.0.0.1:* has * for one",
                "radio --connect udp://*:5555|expected a host and a port, but udp://*:5555 has * for one",
                "bench thr --connect tcp://*:5555|--connect: expected a host and a port",
                "proxy pull@tcp://127.0.0.1:* push>tcp://*:5555|BACK: expected a host and a port",
                "tap tcp://127.0.0.1:* tcp://127.0.0.1:*|TARGET: expected a host and a port",
                "monitor tcp://*:5555|expected a host and a port",
                "pull --bind inproc://a|inproc",
                "pull --bind udp://127.0.0.1:1|udp",
                "pull --bind tcp://127.0.0.1:* --count 0|--count",
                "pull --bind tcp://127.0.0.1:* --count many|at least 1, but \"many\" came",
                "pull --bind tcp://127.0.0.1:* --timeout 5|--timeout",
                "pull --bind tcp://127.0.0.1:* --timeout 5d|500ms, 5s, 1m",
                "pull --bind tcp://127.0.0.1:* --max-message-size 1x|--max-message-size",
                "pull --bind tcp://127.0.0.1:* --format xml|--format",
                "pull --bind tcp://127.0.0.1:* --subscribe a|unknown option --subscribe",
                "pull --bind tcp://127.0.0.1:* --boond|unknown option --boond",
                "pull --bind tcp://127.0.0.1:* more|unexpected more",
                "dish --bind tcp://127.0.0.1:*|--join",
                "rep --bind tcp://127.0.0.1:* --echo --reply a|--reply",
                "pull --bind tcp://127.0.0.1:* --plain-username a|--plain-password",
                "pull --bind tcp://127.0.0.1:* --plain-password a|--plain-username",
                "pull --bind tcp://127.0.0.1:* --plain-server a|--plain-server",
                "pull --bind tcp://127.0.0.1:* --plain-server a:b --plain-username c|--plain-server",
                "pull --bind tls+tcp://127.0.0.1:*|--tls-cert",
                "pull --bind tls+tcp://127.0.0.1:* --tls-cert a|--tls-key",
                "pull --bind tls+tcp://127.0.0.1:* --tls-cert /no/cert --tls-key /no/key|/no/cert: no such file",
                "pull --bind tcp://127.0.0.1:* --tls-ca a|tls+tcp or wss",
                "pull --bind wss://127.0.0.1:*/x|--tls-cert",
                "pull --bind ws://127.0.0.1:*/x --header a:b|--header",
                "pull --connect ws://127.0.0.1:1/x --header ab|NAME: VALUE",
                "pull --connect ws://127.0.0.1:1/x --header Upgrade:b|upgrade header",
                "pull --connect ws://127.0.0.1:1/x --allow-origin *|--allow-origin",
                "pull --bind tcp://127.0.0.1:* --curve-server-key short|--curve-server-key",
                "pull --bind tcp://127.0.0.1:* --curve-server|--curve-secret-key",
                "pull --bind tcp://127.0.0.1:* --curve-secret-key-file /no/file|/no/file: no such file",
                "pull --bind tcp://127.0.0.1:* --curve-allow KEY|--curve-server",
                "pull --bind tcp://127.0.0.1:* --curve-public-key KEY --curve-server-key KEY|--curve-secret-key",
                "pull --bind tcp://127.0.0.1:* --curve-server --curve-server-key KEY|--curve-server-key",
                "pull --bind tcp://127.0.0.1:* --curve-server --curve-secret-key KEY --plain-server a:b|one of",
                "pull --bind tcp://127.0.0.1:* --blake3-server|--blake3-secret-key",
                "pull --bind tcp://127.0.0.1:* --blake3-server-key KEY --curve-server-key KEY|one of",
                "pull --bind tcp://127.0.0.1:* --identity|--identity",
                "pull --bind tcp://127.0.0.1:* --data a|unknown option --data",
                "push --bind tcp://127.0.0.1:* --exec cat|unknown option --exec",
                "push --bind tcp://127.0.0.1:* --interval 0|--interval: expected more than 0",
                "push --bind tcp://127.0.0.1:* --data 6 --format hex|--data: part 1",
                "radio --bind tcp://127.0.0.1:* --data a|--data: expected group<TAB>body for RADIO",
                "push --bind tcp://127.0.0.1:* --data \\q --format quoted|--data: expected \\t, \\n",
                "rep --bind tcp://127.0.0.1:* --echo --exec cat|--exec",
                "pull --bind tcp://127.0.0.1:* --time --format raw|--time",
                "nonsense|nonsense",
            })
    void wrongOptionsEndWithTwoAndAReason(String arguments, String reason) {
        Tool tool = Tool.run("", arguments.replace("KEY", KEY).split(" ")).endsWith(Failure.USAGE);
        assertThat(tool.errors()).contains(reason).contains("zmtp");
        assertThat(tool.output()).isEmpty();
    }

    @Test
    void nothingAtAllShowsTheCommands() {
        Tool tool = Tool.run("").endsWith(Failure.USAGE);
        assertThat(tool.errors()).contains("expected a command", "push", "pull");
    }

    @Test
    void aValueMayBeginWithADash() {
        Tool tool = Tool.run("", "pull", "--connect", "tcp://127.0.0.1:1", "--curve-server-key", KEY, "-t", "-n")
                .endsWith(Failure.USAGE);
        assertThat(tool.errors()).contains("--timeout").contains("\"-n\" came").doesNotContain("Missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@x", "--", "-", "pull", "${x}", "--count=1"})
    void aValueMayLookLikeAnything(String value) {
        assertThat(Tool.run("", "pull", "--connect", "tcp://127.0.0.1:1", "--timeout", value)
                        .endsWith(Failure.USAGE)
                        .errors())
                .contains("\"" + value + "\" came");
    }

    @Test
    void secretsAreNotRepeated() {
        String secret = "s".repeat(39);
        assertThat(Tool.run("", "pull", "--bind", "tcp://127.0.0.1:*", "--curve-secret-key", secret)
                        .endsWith(Failure.USAGE)
                        .errors())
                .contains("--curve-secret-key", "40 characters")
                .doesNotContain(secret);
        assertThat(Tool.run("", "pull", "--bind", "tcp://127.0.0.1:*", "--plain-pasword", secret)
                        .endsWith(Failure.USAGE)
                        .errors())
                .contains("--plain-pasword", "is it ", "--plain-password")
                .doesNotContain(secret);
    }

    @ParameterizedTest
    @EnumSource(SocketType.class)
    void everyTypeExplainsItselfWithExamples(SocketType type) {
        String name = SocketCommand.name(type);
        Tool tool = Tool.run("", name, "--help").endsWith(0);
        assertThat(tool.output()).contains("Usage: zmtp " + name, "Examples", "zmtp " + name + " --", "--bind");
        assertThat(tool.errors()).isEmpty();
    }

    @Test
    void typesShowTheOptionsThatTheyHave() {
        assertThat(Tool.run("", "sub", "--help").endsWith(0).output())
                .contains("--subscribe")
                .doesNotContain("--join");
        assertThat(Tool.run("", "dish", "--help").endsWith(0).output())
                .contains("--join")
                .doesNotContain("--echo");
        assertThat(Tool.run("", "rep", "--help").endsWith(0).output()).contains("--echo", "--reply");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(Tool.run("", "--version").endsWith(0).output()).matches("zmtp \\d+\\.\\d+\\.\\d+.*\nCURVE: .*\n");
    }

    @Test
    void theCompletionScriptKnowsTheCommands() {
        assertThat(Tool.run("", "completion").endsWith(0).output()).contains("complete -F", "push", "--connect");
    }
}
