package io.zmtp.reactive.pipe;

import java.util.Iterator;
import java.util.List;

/**
 * Senders who waited, and whose items were accepted. One thread completes them, in order. What one of them sends then is accepted
 * behind the items of the others, so those are completed before it. So all that went on together goes on together:
 * {@code flatMap} looks through all that it has under way for each completion that comes alone, and once for those that come at
 * once.
 */
final class AcceptedSenders {

    private final Thread thread = Thread.currentThread();
    private final Iterator<SendOne.Parked> senders;
    private boolean within;

    AcceptedSenders(List<SendOne.Parked> senders) {
        this.senders = senders.iterator();
    }

    void report() {
        while (senders.hasNext()) {
            Shield.run(senders.next()::accepted);
        }
    }

    /** As {@link #report}, while one of them is completed; not within that again, which would fill the stack. */
    void reportWithin() {
        if (Thread.currentThread() == thread && !within) {
            within = true;
            report();
            within = false;
        }
    }
}
