package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionRunTests {

    /** What came, in order: subscriptions as +prefix and -prefix, everything else as a text of its own. */
    private static final class Heard implements FrameDecoder.Output {
        final List<String> events = new ArrayList<>();
        final List<Integer> runs = new ArrayList<>();

        @Override
        public void messages(byte[] wire, int from, int to, int count) {
            MessageCursor cursor = new MessageCursor();
            cursor.reset(wire, from, to);
            while (cursor.hasNext()) {
                message(List.of(cursor.next(null).first()));
            }
        }

        @Override
        public void message(List<Bytes> parts) {
            events.add("message " + parts);
        }

        @Override
        public void frame(Frame frame) {
            events.add(Subscription.parse(frame)
                    .map(said -> (said.isCancel() ? "-" : "+") + said.prefix())
                    .orElseGet(() -> Command.parse(frame).name()));
        }

        @Override
        public void subscriptions(SubscriptionRun run) {
            int count = 0;
            while (run.next()) {
                events.add((run.isCancel() ? "-" : "+") + run.prefix());
                count++;
            }
            assertThat(run.count()).isEqualTo(count);
            runs.add(count);
        }
    }

    private static byte[] wire(Object... items) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (Object item : items) {
            Bytes encoded = item instanceof Message message
                    ? FrameEncoder.encode(message)
                    : ((Command) item).frame().octets();
            octets.writeBytes(encoded.toByteArray());
        }
        return octets.toByteArray();
    }

    private static Command subscribe(String prefix) {
        return Command.subscribe(Bytes.utf8(prefix));
    }

    private static Command cancel(String prefix) {
        return Command.cancel(Bytes.utf8(prefix));
    }

    private static Heard decode(byte[] octets, int cut) {
        Heard heard = new Heard();
        FrameDecoder decoder = new FrameDecoder(Limits.DEFAULT);
        decoder.decode(ByteBuffer.wrap(octets, 0, cut), heard);
        decoder.decode(ByteBuffer.wrap(octets, cut, octets.length - cut), heard);
        assertThat(decoder.idle()).isTrue();
        return heard;
    }

    @Test
    void whatComesTogetherIsHandedOutTogether() {
        Heard heard = decode(wire(subscribe("a"), subscribe(""), subscribe("b"), cancel("a"), cancel("b")), 0);

        assertThat(heard.events).containsExactly("+a", "+", "+b", "-a", "-b");
        assertThat(heard.runs).containsExactly(3, 2);
    }

    @Test
    void isTheSameWhereverTheReadsCutIt() {
        byte[] octets = wire(
                Message.of("first"),
                subscribe("a"),
                subscribe("bc"),
                cancel("a"),
                Command.ping(Duration.ZERO, Bytes.EMPTY),
                subscribe("d"),
                Message.of("second"),
                subscribe("e"),
                subscribe("x".repeat(300)), // whose header is long
                cancel("e"),
                cancel(""),
                Command.of("SUBSCRIBED", Bytes.utf8("f")),
                Command.of("subscribe", Bytes.utf8("g")),
                Message.of("third"));
        List<String> expected = List.of(
                "message [first]",
                "+a",
                "+bc",
                "-a",
                "PING",
                "+d",
                "message [second]",
                "+e",
                "+" + Bytes.utf8("x".repeat(300)),
                "-e",
                "-",
                "SUBSCRIBED",
                "subscribe",
                "message [third]");

        for (int cut = 0; cut <= octets.length; cut++) {
            assertThat(decode(octets, cut).events).as("cut at " + cut).isEqualTo(expected);
        }
    }

    @Test
    void anOutputThatDoesNotTakeThemTogetherGetsEachFrame() {
        byte[] octets = wire(subscribe("a"), cancel("b"), subscribe("c"));

        assertThat(Decoded.decode(new FrameDecoder(Limits.DEFAULT), octets))
                .containsExactly(
                        Decoded.text(subscribe("a").frame()),
                        Decoded.text(cancel("b").frame()),
                        Decoded.text(subscribe("c").frame()));
    }
}
