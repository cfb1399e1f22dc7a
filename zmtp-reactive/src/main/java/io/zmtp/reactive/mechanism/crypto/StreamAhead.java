package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;

/**
 * Key stream of messages that are still to come. Their nonces follow the last one, and their sizes are guessed from those
 * before. So the lanes of {@link SalsaLanes} are full although each message has only a few blocks. A wrong guess wastes the
 * stream that was made for it: at most a third more work.
 */
final class StreamAhead {

    /** The most blocks a message that this is for. */
    static final int MAX_BLOCKS = 32;

    /** How many are made at a time: 8 KiB. */
    static final int BLOCKS = 128;

    /** So many messages must have come one after another before memory is spent. */
    static final int MIN_RUN = 64;

    private static final byte[] NO_OCTETS = new byte[0];

    private byte[] octets = NO_OCTETS;
    private long first;
    private int messages;
    private int blocks;
    /** Of the messages since the last time, within what this is for. */
    private int largest;

    private long next;
    private int run;

    /**
     * Looks for a message's stream, and makes it, with that of the next ones, where that pays.
     *
     * @param wanted how many blocks
     * @return where it starts in {@link #octets}; negative if it is not there
     */
    int find(Salsa20 salsa, long counter, int wanted) {
        boolean follows = counter == next;
        next = counter + 1;
        run = follows ? run + 1 : 0;
        if (wanted > MAX_BLOCKS) {
            return -1;
        }
        largest = Math.max(largest, wanted);
        long index = counter - first;
        if (index < 0 || index >= messages) {
            if (run < MIN_RUN) {
                return -1;
            }
            make(salsa, counter);
            index = 0;
        }
        return wanted <= blocks ? (int) index * blocks * Salsa20.BLOCK : -1;
    }

    private void make(Salsa20 salsa, long counter) {
        if (octets == NO_OCTETS) {
            octets = new byte[BLOCKS * Salsa20.BLOCK];
        }
        Arrays.fill(octets, (byte) 0);
        first = counter;
        blocks = largest;
        messages = BLOCKS / blocks;
        largest = 0;
        salsa.xorMessages(counter, blocks, octets);
    }

    byte[] octets() {
        return octets;
    }

    void wipe() {
        Arrays.fill(octets, (byte) 0);
        messages = 0;
    }
}
