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

    /** Of a longer body nobody reads whether it is text. */
    private static final int MOST_TEXT = 1 << 16;

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
            return "frame " + octets(frame.body()) + (frame.isMore() ? " more" : "") + " " + text(frame.body());
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

    /** Text as such, in one line, cut if it is long; anything else in hexadecimal digits. */
    private static String text(Bytes body) {
        if (body.size() > MOST_TEXT) {
            return body.toString();
        }
        String text = body.utf8();
        boolean isText = Bytes.utf8(text).equals(body)
                && text.chars().allMatch(each -> !Character.isISOControl(each) || "\t\r\n".indexOf(each) >= 0);
        return isText ? Printable.of(text) : body.toString();
    }

    private static String octets(Bytes body) {
        return body.size() + (body.size() == 1 ? " octet" : " octets");
    }
}
