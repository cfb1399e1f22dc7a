package io.zmtp.reactive.delivery;

import io.zmtp.reactive.Message;

/**
 * A message to be worked on, at {@link DeliveryLevel#DONE}. Its sender waits until one of the two methods is called; the first
 * call counts. Any thread may call.
 *
 * @since 0.1
 */
public interface Work {

    /** {@return the message} */
    Message message();

    /** The work is done: the sender forgets the message. */
    void done();

    /**
     * The work has failed.
     *
     * @param code why, such as {@link io.zmtp.reactive.ZmtpNackException#INTERNAL}: 0 to 255. If the highest bit is set, the
     *     sender tries again
     * @param text for people; what is longer than 65,535 octets in UTF-8 is cut
     */
    void fail(int code, String text);
}
