package io.zmtp.spring.core;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries a trace to the peer as one more part at the end of a message, since ZMTP has no headers. It must be switched on at
 * both sides: other peers see the part as a part of the message.
 *
 * <pre>
 * 00 "zmtp-trace" 0A   name=value 0A …    for instance traceparent=00-0af7…-01
 * </pre>
 */
final class TraceFrame {

    private static final Bytes MAGIC = Bytes.utf8("\0zmtp-trace\n");

    private TraceFrame() {}

    static Message putOn(Message message, Map<String, String> trace) {
        if (trace.isEmpty()) {
            return message;
        }
        StringBuilder text = new StringBuilder(MAGIC.utf8());
        trace.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return message.append(Bytes.utf8(text.toString()));
    }

    private static boolean isOn(Message message) {
        return message.size() > 1 && message.last().startsWith(MAGIC);
    }

    static Message takeOff(Message message) {
        if (!isOn(message)) {
            return message;
        }
        List<Bytes> parts = message.parts().subList(0, message.size() - 1);
        return Message.received(parts, message.peer().orElse(null));
    }

    /** What the part says; empty if there is none. */
    static Map<String, String> read(Message message) {
        if (!isOn(message)) {
            return Map.of();
        }
        Bytes last = message.last();
        Map<String, String> trace = new LinkedHashMap<>();
        for (String line : last.slice(MAGIC.size(), last.size()).utf8().split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                trace.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return trace;
    }
}
