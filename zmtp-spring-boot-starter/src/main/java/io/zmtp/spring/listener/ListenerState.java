package io.zmtp.spring.listener;

/**
 * What a listener does.
 *
 * @since 0.1
 */
public enum ListenerState {
    /** It takes messages. */
    RUNNING,
    /** It takes none until it is resumed. */
    PAUSED,
    /** Its messages ended by a failure; it is taken up again after a while. */
    RETRYING,
    /** It ended by a failure, as its {@link ZmtpErrorHandler} decided. */
    FAILED,
    /** It was not started yet, or was stopped, or its method or socket has ended. */
    STOPPED
}
