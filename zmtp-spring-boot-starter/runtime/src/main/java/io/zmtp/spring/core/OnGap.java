package io.zmtp.spring.core;

/**
 * What becomes of a gap: messages of a publication that cannot be had any more.
 *
 * @since 0.1
 */
public enum OnGap {
    /** The subscription fails; a listener stops, and goes on behind the gap when it is started again. */
    FAIL,
    /** It is emitted in the place of the messages, to those who take it. */
    EMIT,
    /** It is logged, and the subscription goes on. */
    LOG
}
