package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.samples.cli.format.Json;
import io.zmtp.samples.cli.format.JsonStrings;
import io.zmtp.samples.cli.format.PeerId;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class EventsTests {

    private static final String NASTY = "\r\nforged \u001b[2J\u009b1m\u202e\u2066\u2028" + "x".repeat(65_000);

    @RegisterExtension
    final Tools tools = new Tools();

    private static void assertFitToBeShown(String line) {
        assertThat(line).matches(Printable::isPrintable).hasSizeLessThan(3000).contains("forged");
    }

    @Test
    void whateverAPeerSentIsOnePrintableLine() {
        Endpoint endpoint = Endpoint.parse("tcp://x:1");
        Peer peer = new Peer(
                UnixDomainSocketAddress.of("/tmp/forged\r\n\u001b"),
                SocketType.PUSH,
                Bytes.utf8(NASTY.substring(0, 200)),
                3,
                1,
                Metadata.EMPTY,
                null,
                NASTY);
        Throwable cause = new IOException(NASTY);
        assertFitToBeShown(Events.line(new MonitorEvent.HandshakeSucceeded(endpoint, peer, Duration.ZERO)));
        assertFitToBeShown(Events.line(new MonitorEvent.Refused(endpoint, peer, "no")));
        assertFitToBeShown(Events.line(new MonitorEvent.HandshakeFailed(endpoint, peer.address(), cause)));
        assertFitToBeShown(Events.line(new MonitorEvent.Retrying(endpoint, Duration.ZERO, 1, cause)));
        assertFitToBeShown(Events.line(new MonitorEvent.GaveUp(endpoint, cause)));
        assertFitToBeShown(Events.line(new MonitorEvent.BindFailed(endpoint, cause)));
        assertFitToBeShown(Events.line(new MonitorEvent.Disconnected(
                endpoint, peer, new Closed(Closed.Reason.IO, new IOException(NASTY), 0, 0))));
        assertFitToBeShown(Reasons.of(cause));
        assertFitToBeShown(Reasons.of(new UnknownHostException(NASTY)));
        assertThat(PeerId.text(Bytes.utf8("a\u202eb"))).isEqualTo("0x61e280ae62");
        assertThat(WireText.text(Metadata.received(
                        IntStream.range(0, 10_000).boxed().collect(Collectors.toMap(i -> "X-" + i, i -> Bytes.EMPTY)))))
                .matches(Printable::isPrintable)
                .hasSizeLessThan(1100);
    }

    @Test
    void jsonOfAPayloadIsPrintableAndComesBack() {
        String text = "a\u202e\u2028\u200b\ud83d\ude00\udb40\udc01\u001b\ufeff\"\\\n";
        StringBuilder line = new StringBuilder();
        Json.quote(line, text);
        assertThat(line.toString()).matches(Printable::isPrintable);
        assertThat(JsonStrings.parse("[" + line + "]")).containsExactly(text);
    }

    @Test
    void tellsWhereItListens() {
        Tool pull = tools.bind("pull");
        assertThat(pull.error())
                .matches("\\{\"event\":\"listening\",\"endpoint\":\"tcp://127\\.0\\.0\\.1:[1-9][0-9]*\"}");
    }

    @Test
    void tellsWhoComesAndGoes() {
        Tool pull = tools.bind("pull");
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
        Tool push = tools.start("push", "--connect", "tcp://127.0.0.1:1", "--verbose");
        assertThat(push.event("retrying"))
                .contains("\"delay_ms\":", "\"attempt\":1", "\"reason\":\"connection refused\"");
    }

    @Test
    void tellsWhyAHandshakeFailed() {
        Tool pull = tools.bind("pull");
        Tool wrong =
                Tool.run("", "pull", "--connect", pull.endpoint(), "--verbose").endsWith(1);
        assertThat(wrong.errors()).contains("{\"event\":\"handshake_failed\"", "\"failure\":\"", "\"reason\":\"");
        assertThat(pull.event("handshake_failed"))
                .contains("\"peer\":\"127.0.0.1:", "\"failure\":\"socket_type\"", "\"reason\":\"");
    }

    @Test
    void tellsThatItCouldNotBind() {
        Tool pull = tools.bind("pull");
        Tool second =
                Tool.run("", "pull", "--bind", pull.endpoint(), "--verbose").endsWith(1);
        assertThat(second.errors()).contains("{\"event\":\"bind_failed\"", "\"reason\":\"address already in use\"");
    }

    @Test
    void tellsRatesOnceASecond() {
        Tool pull = tools.start("pull", "--bind", "tcp://127.0.0.1:*", "--stats");
        assertThat(pull.error()).isEqualTo("received 0/s, sent 0/s, 0.000 MB/s; in all received 0, sent 0");
    }

    @Test
    void isSilentOtherwise() {
        String endpoint = "ipc://@zmtp-cli-" + System.nanoTime();
        Tool pull = tools.start("pull", "--bind", endpoint, "--count", "1");
        Tool push = Tool.run("a\n", "push", "--connect", endpoint).endsWith(0);
        pull.endsWith(0);
        assertThat(pull.errors() + push.errors()).isEmpty();
    }
}
