package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.ObservationRegistry;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.Observed;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IncomingTests {

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "ROUTER, 'id|body',            1, none,  id|reply",
                "ROUTER, 'id|topic|body',      1, topic, id|reply",
                "ROUTER, 'id||body',           2, none,  id||reply",
                "ROUTER, 'id|via||topic|body', 3, topic, id|via||reply",
                "SERVER, 'id|body',            1, none,  id|reply",
                "DEALER, 'topic|body',         0, topic, reply",
                "DEALER, 'id||body',           2, none,  id||reply",
                "PULL,   'body',               0, none,  reply",
                "PULL,   'topic|',             0, topic, reply",
                "SUB,    'topic',              0, topic, reply",
                "SUB,    'topic|more|body',    0, topic, reply"
            })
    void takesAMessageApart(SocketType type, String parts, int envelope, String topic, String reply) {
        Incoming incoming = Incoming.of(type, message(parts), Map.of());
        assertThat(incoming.envelope()).isEqualTo(envelope);
        assertThat(incoming.topic(type)).isEqualTo(topic == null ? null : Bytes.utf8(topic));
        assertThat(incoming.reply(Message.of("reply"))).isEqualTo(message(reply));
    }

    @Test
    void takesNoEmptyPayloadForADelimiterBecauseOfATrace() {
        Observed observed = new Observed(ObservationRegistry.NOOP, true);
        Message sent = message("id|id||").append(Bytes.utf8("\0zmtp-trace\ntraceparent=00-1-2-01\n"));
        Incoming taken = Incoming.of(SocketType.ROUTER, observed.received(sent), observed.trace(sent));
        assertThat(taken.message()).isEqualTo(message("id|id||"));
        assertThat(taken.trace()).isEqualTo(Map.of("traceparent", "00-1-2-01"));
        assertThat(taken.payload().isEmpty()).isTrue();
    }

    private static Message message(String parts) {
        return Message.of(parts.split("\\|", -1));
    }
}
