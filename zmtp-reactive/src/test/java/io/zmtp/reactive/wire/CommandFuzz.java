package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpException;
import java.util.List;
import java.util.function.Consumer;

/** Commands and subscriptions of a peer, read as everything that they may be. */
public final class CommandFuzz {
    private static final List<Consumer<Command>> READINGS = List.of(
            Command::metadata,
            Command::errorReason,
            Command::pingTtl,
            Command::pingContext,
            Command::pongContext,
            Subscription::parse,
            Command::toString);

    private CommandFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Bytes body = Bytes.of(data);
        Subscription.parse(Message.of(body)).ifPresent(subscription -> {
            if (!Subscription.body(subscription.prefix(), subscription.isCancel())
                    .equals(body)) {
                throw new AssertionError("not what came: " + subscription);
            }
        });
        try {
            Command command = Command.parse(Frame.command(body));
            if (!command.frame().body().equals(body) && !command.name().equals(Command.ERROR)) {
                throw new AssertionError("not what came: " + command);
            }
            for (Consumer<Command> reading : READINGS) {
                try {
                    reading.accept(command);
                } catch (ZmtpException | IllegalStateException other) {
                    other.getMessage();
                }
            }
        } catch (ZmtpException refused) {
            refused.getMessage();
        }
    }
}
