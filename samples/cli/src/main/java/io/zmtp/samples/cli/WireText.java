package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import java.util.Map;
import java.util.StringJoiner;

/** Greetings and frames in words. */
final class WireText {

    private WireText() {}

    static String of(Object item) {
        return item instanceof Greeting greeting ? of(greeting) : of((Frame) item);
    }

    private static String of(Greeting greeting) {
        return "greeting ZMTP " + greeting.major() + "." + greeting.minor() + " " + greeting.mechanism()
                + (greeting.asServer() ? " as server" : "");
    }

    private static String of(Frame frame) {
        if (!frame.isCommand()) {
            return "frame " + octets(frame.body()) + (frame.isMore() ? " more" : "") + " " + frame.body();
        }
        try {
            return of(Command.parse(frame));
        } catch (ZmtpException e) {
            return "command that cannot be read: " + e.getMessage();
        }
    }

    private static String of(Command command) {
        return "command " + command.name() + " "
                + switch (command.name()) {
                    case Command.READY -> properties(command);
                    case Command.ERROR -> command.errorReason();
                    case Command.PING -> "ttl " + Text.of(command.pingTtl());
                    case Command.SUBSCRIBE, Command.CANCEL, Command.JOIN, Command.LEAVE -> command.data();
                    default -> octets(command.data()); // a HELLO may hold a password
                };
    }

    private static String properties(Command ready) {
        try {
            return text(ready.metadata());
        } catch (ZmtpException encrypted) {
            return octets(ready.data());
        }
    }

    static String text(Metadata properties) {
        StringJoiner all = new StringJoiner(", ");
        for (Map.Entry<String, Bytes> property : properties) {
            all.add(property.getKey() + "=" + property.getValue());
        }
        return Printable.of(all.toString(), ZmtpException.MAX_CHARACTERS);
    }

    private static String octets(Bytes body) {
        return body.size() + (body.size() == 1 ? " octet" : " octets");
    }
}
