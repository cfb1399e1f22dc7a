package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.AcknowledgementRun;
import io.zmtp.reactive.wire.Frame;
import java.util.List;

/** What is acknowledged over one connection, both ways. One call at a time, on the event loop where there is one. */
public interface Acknowledgements {

    /**
     * Takes what the peer says of messages.
     *
     * @return false if the command says nothing of the kind
     * @throws io.zmtp.reactive.ZmtpProtocolException if it is malformed
     */
    boolean take(Frame command);

    /** Takes what the peer says of several messages. */
    void take(AcknowledgementRun run);

    /**
     * The peer has read all that was sent before a PING.
     *
     * @param context that of the PING
     * @return false if it is not one of these PINGs
     */
    boolean ponged(Bytes context);

    /** All that came together has been taken: only now the application hears of it, which may close the socket. */
    void settle();

    /** Messages were written, in the order in which they were accepted. */
    void written(long messages);

    /** Messages were dropped that had waited too long to be written; any thread. */
    void expired(List<Message> messages);
}
