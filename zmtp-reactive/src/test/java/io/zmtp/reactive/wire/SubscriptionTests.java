package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SubscriptionTests {
    private static final Bytes TOPIC = Bytes.utf8("abc");

    @Test
    void writesTheMessageForm() {
        assertThat(Subscription.body(TOPIC, false).hex()).isEqualTo("01616263");
        assertThat(Subscription.body(TOPIC, true).hex()).isEqualTo("00616263");
        assertThat(Subscription.body(Bytes.EMPTY, false).hex()).isEqualTo("01");
    }

    @Test
    void readsTheMessageForm() {
        assertThat(Subscription.parse(Message.of(Bytes.hex("01616263")))).contains(new Subscription(false, TOPIC));
        assertThat(Subscription.parse(Message.of(Bytes.hex("00616263")))).contains(new Subscription(true, TOPIC));
        assertThat(Subscription.parse(Message.of(Bytes.hex("01")))).contains(new Subscription(false, Bytes.EMPTY));
    }

    @Test
    void anyOtherMessageIsNone() {
        assertThat(Subscription.parse(Message.of(""))).isEmpty();
        assertThat(Subscription.parse(Message.of("abc"))).isEmpty();
        assertThat(Subscription.parse(Message.of(Bytes.hex("02616263")))).isEmpty();
        assertThat(Subscription.parse(Message.of(Bytes.hex("81616263")))).isEmpty();
        assertThat(Subscription.parse(Message.of(Bytes.hex("01616263"), Bytes.EMPTY)))
                .isEmpty();
    }

    @Test
    void writesTheCommandForm() {
        assertThat(Subscription.command(TOPIC, false))
                .isEqualTo(Command.subscribe(TOPIC).frame());
        assertThat(Subscription.command(TOPIC, true))
                .isEqualTo(Command.cancel(TOPIC).frame());
        Bytes longest = Bytes.wrap(new byte[Subscription.MAX_PREFIX]);
        assertThat(Subscription.command(longest, false))
                .isEqualTo(Command.subscribe(longest).frame());
    }

    @Test
    void readsTheCommandForm() {
        assertThat(Subscription.parse(Command.subscribe(TOPIC))).contains(new Subscription(false, TOPIC));
        assertThat(Subscription.parse(Command.cancel(TOPIC))).contains(new Subscription(true, TOPIC));
        assertThat(Subscription.parse(Command.subscribe(TOPIC).frame())).contains(new Subscription(false, TOPIC));
        assertThat(Subscription.parse(Command.cancel(Bytes.EMPTY).frame()))
                .contains(new Subscription(true, Bytes.EMPTY));
    }

    @Test
    void anyOtherCommandIsNone() {
        assertThat(Subscription.parse(Command.join(TOPIC))).isEmpty();
        assertThat(Subscription.parse(Command.ping(Duration.ZERO, Bytes.EMPTY))).isEmpty();
        assertThat(Subscription.parse(Command.join(TOPIC).frame())).isEmpty();
        assertThat(Subscription.parse(Command.of("SUBSCRIBED", TOPIC).frame())).isEmpty();
    }
}
