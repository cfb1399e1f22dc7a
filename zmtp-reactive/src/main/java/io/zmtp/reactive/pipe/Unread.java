package io.zmtp.reactive.pipe;

/** What came and was not taken. */
public record Unread(long messages, long bytes) {

    /** Nothing. */
    public static final Unread NOTHING = new Unread(0, 0);
}
