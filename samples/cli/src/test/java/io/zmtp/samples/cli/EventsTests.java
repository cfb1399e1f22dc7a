package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class EventsTests {

    private final List<Tool> tools = new ArrayList<>();

    @AfterEach
    void endAll() {
        tools.forEach(Tool::close);
    }

    private Tool keep(Tool tool) {
        tools.add(tool);
        return tool;
    }

    @Test
    void tellsWhereItListens() {
        Tool pull = keep(Tool.bind("pull"));
        assertThat(pull.error())
                .matches("\\{\"event\":\"listening\",\"endpoint\":\"tcp://127\\.0\\.0\\.1:[1-9][0-9]*\"}");
    }

    @Test
    void tellsWhoComesAndGoes() {
        Tool pull = keep(Tool.bind("pull"));
        Tool push = Tool.run("a\n", "push", "--connect", pull.endpoint(), "--verbose")
                .endsWith(0);
        assertThat(pull.event("accepted")).contains("\"peer\":\"127.0.0.1:");
        assertThat(pull.event("handshake_succeeded")).contains("\"peer\":\"127.0.0.1:", "\"socket_type\":\"PUSH\"");
        assertThat(pull.event("disconnected")).contains("\"peer\":\"127.0.0.1:", "\"reason\":\"peer\"");
        assertThat(push.errors())
                .contains("{\"event\":\"connected\"", "{\"event\":\"disconnected\"", "\"reason\":\"local\"");
    }

    @Test
    void tellsWhenItTriesAgainAndWhy() {
        Tool push = keep(Tool.start("push", "--connect", "tcp://127.0.0.1:1", "--verbose"));
        assertThat(push.event("retrying"))
                .contains("\"delay_ms\":", "\"attempt\":1", "\"reason\":\"connection refused\"");
    }

    @Test
    void tellsWhyAHandshakeFailed() {
        Tool pull = keep(Tool.bind("pull"));
        Tool wrong =
                Tool.run("", "pull", "--connect", pull.endpoint(), "--verbose").endsWith(1);
        assertThat(wrong.errors()).contains("{\"event\":\"handshake_failed\"", "\"failure\":\"", "\"reason\":\"");
        assertThat(pull.event("handshake_failed"))
                .contains("\"peer\":\"127.0.0.1:", "\"failure\":\"socket_type\"", "\"reason\":\"");
    }

    @Test
    void tellsThatItCouldNotBind() {
        Tool pull = keep(Tool.bind("pull"));
        Tool second =
                Tool.run("", "pull", "--bind", pull.endpoint(), "--verbose").endsWith(1);
        assertThat(second.errors()).contains("{\"event\":\"bind_failed\"", "\"reason\":\"address already in use\"");
    }

    @Test
    void tellsRatesOnceASecond() {
        Tool pull = keep(Tool.start("pull", "--bind", "tcp://127.0.0.1:*", "--stats"));
        assertThat(pull.error()).isEqualTo("received 0/s, sent 0/s, 0.000 MB/s; in all received 0, sent 0");
    }

    @Test
    void isSilentOtherwise() {
        String endpoint = "ipc://@zmtp-cli-" + System.nanoTime();
        Tool pull = keep(Tool.start("pull", "--bind", endpoint, "--count", "1"));
        Tool push = Tool.run("a\n", "push", "--connect", endpoint).endsWith(0);
        pull.endsWith(0);
        assertThat(pull.errors() + push.errors()).isEmpty();
    }
}
