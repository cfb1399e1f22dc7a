package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameCursor;

/**
 * Goes through messages as they were published, one behind the other in an array, with one number after the other. For one thread at a
 * time.
 */
final class Kept {

    private final byte[] octets;
    private final FrameCursor frames;
    private long number;
    private int from;
    private int topicFrom;
    private int topicTo;
    private int payloadFrom;
    private int to;

    /**
     * Makes one before the first message.
     *
     * @param first the number of the first message
     * @param octets the array, which is not changed
     * @param end where the last message ends
     */
    Kept(long first, byte[] octets, int end) {
        this.octets = octets;
        this.frames = new FrameCursor(octets, 0, end);
        this.number = first - 1;
    }

    /** Goes to the next one; false if there is none. */
    boolean next() {
        from = to;
        if (!frames.next()) {
            return false;
        }
        number++;
        topicFrom = frames.from();
        topicTo = frames.to();
        frames.next(); // the number
        payloadFrom = frames.to();
        do {
            frames.next();
        } while ((frames.flags() & Frame.MORE) != 0);
        to = frames.to();
        return true;
    }

    long number() {
        return number;
    }

    /** The first part. */
    Bytes topic() {
        return Bytes.copyOf(octets, topicFrom, topicTo);
    }

    /** The octets of the frames of topic and payload. */
    int size() {
        return topicTo - from + to - payloadFrom;
    }

    /** Copies these frames; returns the position behind them. */
    int copyTo(byte[] target, int at) {
        int topic = topicTo - from;
        System.arraycopy(octets, from, target, at, topic);
        System.arraycopy(octets, payloadFrom, target, at + topic, to - payloadFrom);
        return at + topic + to - payloadFrom;
    }
}
