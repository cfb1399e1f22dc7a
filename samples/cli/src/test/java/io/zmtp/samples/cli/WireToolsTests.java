package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.socket.PullSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class WireToolsTests {

    @RegisterExtension
    final Tools tools = new Tools();

    // ---- monitor

    @Test
    void monitorShowsWhoIsThere() {
        Tool router = tools.bind("router", "--identity", "me");
        Tool monitor =
                Tool.run("", "monitor", router.endpoint(), "--count", "2").endsWith(0);
        assertThat(monitor.output())
                .containsSubsequence("version: 3.1", "mechanism: NULL", "as-server: no", "ready: Socket-Type = ROUTER")
                .contains("ready: Identity = me")
                .containsPattern("ping: [0-9.]+ ms\nping: [0-9.]+ ms\n$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pair", "channel", "push", "pub"})
    void monitorIsWhatThePeerTalksTo(String type) {
        Tool peer = tools.bind(type);
        Tool monitor = Tool.run("", "monitor", peer.endpoint(), "--count", "1").endsWith(0);
        assertThat(monitor.output())
                .contains("ready: Socket-Type = " + type.toUpperCase(Locale.ROOT))
                .containsOnlyOnce("version: 3.1")
                .containsPattern("ping: [0-9.]+ ms\n$");
    }

    @Test
    void monitorShowsWhoWaitsForItsType() {
        PullSocket pull = PullSocket.create(options -> options.mechanism(NullMechanism.create(Authenticator.anyone())));
        try {
            String endpoint = pull.bindNow("tcp://127.0.0.1:*").toString();
            Tool monitor = Tool.run("", "monitor", endpoint, "--count", "1", "--timeout", "20s")
                    .endsWith(0);
            assertThat(monitor.output()).contains("ready: Socket-Type = PULL").containsPattern("ping: [0-9.]+ ms\n$");
        } finally {
            pull.dispose();
        }
    }

    @Test
    void monitorShowsTheGreetingOfWhoWantsAPassword() {
        Tool pull = tools.bind("pull", "--plain-server", "a:b");
        Tool monitor = Tool.run("", "monitor", pull.endpoint()).endsWith(0);
        assertThat(monitor.output())
                .contains("mechanism: PLAIN", "as-server: yes")
                .doesNotContain("ready");
    }

    @Test
    void monitorSaysThatNobodyIsThere() {
        assertThat(Tool.run("", "monitor", "tcp://127.0.0.1:1").endsWith(1).errors())
                .contains("tcp://127.0.0.1:1: connection refused");
    }

    // ---- tap

    @Test
    void tapPrintsWhatItPassesOn() {
        Tool pull = tools.bind("pull");
        Tool tap = tools.start("tap", "tcp://127.0.0.1:*", pull.endpoint());
        String listening = tap.line().replace("listening on ", "");
        Tool.run("one\ttwo\n", "push", "--connect", listening).endsWith(0);
        assertThat(pull.line()).isEqualTo("one\ttwo");
        List<String> lines = new ArrayList<>();
        do {
            lines.add(tap.line());
        } while (lines.stream().filter(line -> line.endsWith("closed")).count() < 2);
        assertThat(lines)
                .contains(
                        "#1 > greeting ZMTP 3.1 NULL",
                        "#1 < greeting ZMTP 3.1 NULL",
                        "#1 > command READY Socket-Type=PUSH",
                        "#1 < command READY Socket-Type=PULL")
                .containsSubsequence("#1 > frame 3 octets more one", "#1 > frame 3 octets two");
    }

    @Test
    void tapShowsLongTextAsText() {
        Tool pull = tools.bind("pull");
        Tool tap = tools.start("tap", "tcp://127.0.0.1:*", pull.endpoint());
        String listening = tap.line().replace("listening on ", "");
        String json = "{\"name\":\"greetings\",\"words\":\"" + "many ".repeat(20) + "\"}";
        Tool.run(json + "\n" + "x".repeat(1000) + "\n", "push", "--connect", listening)
                .endsWith(0);
        assertThat(pull.line()).isEqualTo(json);
        assertThat(pull.line()).hasSize(1000);
        assertThat(tap.output())
                .contains("#1 > frame " + json.getBytes(StandardCharsets.UTF_8).length + " octets " + json + "\n")
                .contains("#1 > frame 1000 octets xxxxx")
                .contains("1000 characters")
                .doesNotContain("0x");
    }

    @Test
    void tapShowsNoPassword() {
        Tool pull = tools.bind("pull", "--plain-server", "ann:secret");
        Tool tap = tools.start("tap", "tcp://127.0.0.1:*", pull.endpoint());
        String listening = tap.line().replace("listening on ", "");
        Tool.run("a\n", "push", "--connect", listening, "--plain-username", "ann", "--plain-password", "secret")
                .endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
        assertThat(tap.output()).contains("command HELLO 11 octets").doesNotContain("secret");
    }

    @Test
    void tapSaysThatNobodyIsThere() {
        Tool tap = tools.start("tap", "tcp://127.0.0.1:*", "tcp://127.0.0.1:1");
        tools.start("pull", "--connect", tap.line().replace("listening on ", ""));
        assertThat(tap.line()).isEqualTo("#1 - tcp://127.0.0.1:1: connection refused");
    }

    // ---- proxy

    @Test
    void proxyPassesOnAndPublishesCopies() {
        Tool pull = tools.bind("pull");
        long number = System.nanoTime();
        String front = "ipc://@zmtp-cli-front-" + number;
        String copies = "ipc://@zmtp-cli-copies-" + number;
        tools.start("proxy", "pull@" + front, "push>" + pull.endpoint(), "--capture", copies);
        Tool sub = tools.start("sub", "--connect", copies, "--verbose");
        sub.event("handshake_succeeded");
        Tool push = tools.start("push", "--connect", front);
        String copy = "";
        for (int i = 0; copy.isEmpty(); i++) { // until the subscription is there
            push.type("message " + i + "\n");
            assertThat(pull.line()).isEqualTo("message " + i);
            copy = sub.output();
        }
        assertThat(copy).startsWith("message ");
    }

    @Test
    void proxyPassesRequestsAndReplies() {
        long number = System.nanoTime();
        String front = "ipc://@zmtp-cli-front-" + number;
        String back = "ipc://@zmtp-cli-back-" + number;
        Tool proxy = tools.start("proxy", "router@" + front, "dealer@" + back);
        tools.start("rep", "--connect", back, "--echo");
        Tool req =
                Tool.run("hello\n", "req", "--connect", front, "--count", "1").endsWith(0);
        assertThat(req.output()).isEqualTo("hello\n");
        proxy.interrupt().endsWith(130);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "push@tcp://127.0.0.1:*|pull@tcp://127.0.0.1:*|make no proxy",
                "pull|push@tcp://127.0.0.1:*|TYPE@ENDPOINT",
                "pool@tcp://127.0.0.1:*|push@tcp://127.0.0.1:*|no socket type pool"
            })
    void proxySaysWhatIsWrong(String front, String back, String reason) {
        assertThat(Tool.run("", "proxy", front, back).endsWith(2).errors()).contains(reason);
    }

    // ---- bench

    @ParameterizedTest
    @CsvSource({"thr,messages_per_second", "lat,p99_us"})
    void benchMeasures(String kind, String figure) {
        Tool json = Tool.run("", "bench", kind, "--count", "500", "--peers", "2", "--size", "10", "--json")
                .endsWith(0);
        assertThat(json.output()).startsWith("{\"bench\":\"" + kind + "\"").contains("\"" + figure + "\":");
        Tool text = Tool.run("", "bench", kind, "--count", "500").endsWith(0);
        assertThat(text.output()).contains("450 ", " of 100 octets");
    }

    @Test
    void benchMeasuresBetweenTwoProcesses() {
        String endpoint = "ipc://@zmtp-cli-bench-" + System.nanoTime();
        Tool bound = tools.start("bench", "thr", "--bind", endpoint, "--count", "100");
        Tool.run("", "bench", "thr", "--connect", endpoint, "--count", "100").endsWith(0);
        bound.endsWith(0);
        assertThat(bound.output()).startsWith("90 messages");
    }
}
