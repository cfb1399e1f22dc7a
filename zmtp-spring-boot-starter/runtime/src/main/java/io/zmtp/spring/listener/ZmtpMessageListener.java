package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;

/**
 * Takes messages as an annotated method does, for code that has none: see {@link ZmtpListenerRegistry#register}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ZmtpMessageListener {

    /**
     * Takes a message. Called on a thread that may block, which is what paces the sender: the next message is requested when
     * this one is done. What is thrown goes to the {@link ZmtpErrorHandler} of the application.
     *
     * @param message all parts, except the one that carried a trace
     * @param envelope how many of the first parts say who sent it, and go back with a reply: those of ROUTER, DEALER, SERVER
     *     and PEER; at least one part is behind them
     */
    void on(Message message, int envelope);
}
