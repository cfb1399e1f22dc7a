package io.zmtp.spring.listener;

/**
 * The state of a listener.
 *
 * @since 0.1
 */
public enum ListenerState {
    /** It takes messages. */
    RUNNING,
    /** It takes no messages until it is resumed. */
    PAUSED,
    /** It ended by a failure, and is started again after a while. */
    RETRYING,
    /** It ended by a failure, as its {@link ZmtpErrorHandler} decided. */
    FAILED,
    /** It was not started yet, or was stopped, or its socket was closed, or the method that took its stream is done. */
    STOPPED
}
