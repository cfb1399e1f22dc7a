package io.zmtp.spring.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceFrameTests {

    @Test
    void carriesATraceInAPartOfItsOwn() {
        Message sent = TraceFrame.putOn(Message.of("topic", "body"), Map.of("traceparent", "00-1-2-01"));
        assertThat(sent.size()).isEqualTo(3);
        assertThat(TraceFrame.takeOff(sent)).isEqualTo(Message.of("topic", "body"));
        assertThat(TraceFrame.read(sent)).isEqualTo(Map.of("traceparent", "00-1-2-01"));
    }

    @Test
    void takesNothingOffMessagesWithoutATrace() {
        Message message = Message.of("topic", "body");
        assertThat(TraceFrame.takeOff(message)).isSameAs(message);
        assertThat(TraceFrame.read(message)).isEmpty();
    }
}
