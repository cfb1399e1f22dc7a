package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is sent without standard input, how often, and how what came is shown. */
@Timeout(180)
class DataTests {

    @RegisterExtension
    final Tools tools = new Tools();

    @Test
    void sendsDataInsteadOfStandardInput() {
        Tool pull = tools.bind("pull", "--count", "2");
        Tool push = tools.start("push", "--connect", pull.endpoint(), "--data", "a\tb", "--data", "c");
        push.endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("a\tb\nc\n");
    }

    @Test
    void sendsDataAgainAndAgainInItsInterval() {
        Tool pull = tools.bind("pull", "--count", "5");
        Tool push = tools.start(
                "push", "--connect", pull.endpoint(), "--data", "a", "--data", "b", "-i", "10ms", "-n", "5");
        push.endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("a\nb\na\nb\na\n");
    }

    @Test
    void sendsTheFirstAtOnceAndTheNextInTime() {
        Tool pull = tools.bind("pull");
        Tool push = tools.start("push", "--connect", pull.endpoint(), "--data", "tick", "--interval", "1h");
        assertThat(pull.line()).isEqualTo("tick");
        assertThat(push.isRunning()).isTrue();
        assertThat(pull.output()).isEmpty();
        push.interrupt().endsWith(130);
    }

    @Test
    void sendsStandardInputInItsInterval() {
        Tool pull = tools.bind("pull", "--count", "1");
        Tool push = tools.start("push", "--connect", pull.endpoint(), "--interval", "1h");
        push.type("a\nb\n");
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("a\n");
        push.interrupt().endsWith(130);
    }

    @Test
    void asksWithDataAndEnds() {
        Tool rep = tools.bind("rep", "--reply", "ok");
        Tool req = tools.start("req", "--connect", rep.endpoint(), "--data", "how are you", "--count", "1");
        req.endsWith(0);
        assertThat(req.output()).isEqualTo("ok\n");
        assertThat(rep.line()).isEqualTo("how are you");
    }

    @Test
    void publishesWhenASubscriberIsThere() {
        Tool pub = tools.bind("pub", "--data", "weather 14", "--interval", "20ms");
        Tool sub = tools.start("sub", "--connect", pub.endpoint(), "--subscribe", "weather", "--count", "3");
        sub.endsWith(0);
        assertThat(sub.output()).isEqualTo("weather 14\n".repeat(3));
        pub.interrupt().endsWith(130);
    }

    @Test
    void quotedDataNamesAnyOctet() {
        Tool pull = tools.bind("pull", "--format", "quoted", "--count", "1");
        Tool push =
                tools.start("push", "--connect", pull.endpoint(), "--format", "quoted", "--data", "\\xff\\n\\\\\té");
        push.endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output().getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo("\\xff\\n\\\\\té\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void showsTheTimeBeforeAMessage() {
        Tool lines = tools.bind("pull", "--time", "--count", "1");
        tools.start("push", "--connect", lines.endpoint(), "--data", "a\tb");
        lines.endsWith(0);
        assertThat(lines.output()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z\ta\tb\n");

        Tool json = tools.bind("pull", "--time", "--format", "jsonl", "--count", "1");
        tools.start("push", "--connect", json.endpoint(), "--data", "a\tb");
        json.endsWith(0);
        assertThat(json.output()).matches("\\{\"time\":\"[-0-9T:.]+Z\",\"message\":\\[\"a\",\"b\"]}\n");
    }
}
