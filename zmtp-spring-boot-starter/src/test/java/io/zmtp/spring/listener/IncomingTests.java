package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
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
        Incoming incoming = Incoming.of(type, message(parts));
        assertThat(incoming.envelope()).isEqualTo(envelope);
        assertThat(incoming.topic(type)).isEqualTo(topic == null ? null : Bytes.utf8(topic));
        assertThat(incoming.reply(Message.of("reply"))).isEqualTo(message(reply));
    }

    @Test
    void carriesATraceInAPartOfItsOwn() {
        Message sent = TraceFrame.putOn(message("topic|body"), Map.of("traceparent", "00-1-2-01"));
        assertThat(sent.size()).isEqualTo(3);
        Incoming taken = TraceFrame.read(SocketType.PULL, sent);
        assertThat(taken.message()).isEqualTo(message("topic|body"));
        assertThat(taken.trace()).isEqualTo(Map.of("traceparent", "00-1-2-01"));
    }

    @Test
    void takesNothingOffMessagesWithoutATrace() {
        Message message = message("topic|body");
        assertThat(TraceFrame.takeOff(message)).isSameAs(message);
        assertThat(TraceFrame.read(SocketType.PULL, message)).isEqualTo(Incoming.of(SocketType.PULL, message));
    }

    @Test
    void takesNoEmptyPayloadForADelimiterBecauseOfATrace() {
        Message sent = TraceFrame.putOn(message("id|id||"), Map.of("traceparent", "00-1-2-01"));
        Incoming taken = TraceFrame.read(SocketType.ROUTER, sent);
        assertThat(taken.message()).isEqualTo(message("id|id||"));
        assertThat(taken.payload().isEmpty()).isTrue();
    }

    private static Message message(String parts) {
        return Message.of(parts.split("\\|", -1));
    }
}
