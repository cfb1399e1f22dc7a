package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;

/**
 * How the messages of a socket type are made up.
 *
 * @param type the type
 * @param lead what the first part is
 */
public record Shape(SocketType type, Lead lead) {

    public static Shape of(SocketType type) {
        return new Shape(type, Lead.of(type));
    }

    /**
     * Checks what is to be sent.
     *
     * @throws BadInput if the type has no such messages
     */
    public void check(Message message) {
        int least = lead == Lead.BODY ? 1 : 2;
        int most = type.singlePart() ? least : Integer.MAX_VALUE;
        if (message.size() < least || message.size() > most) {
            throw new BadInput("expected " + lead.shape() + " for " + type + ", but " + message.size()
                    + (message.size() == 1 ? " part" : " parts") + " came");
        }
    }
}
