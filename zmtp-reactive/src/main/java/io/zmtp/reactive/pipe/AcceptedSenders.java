package io.zmtp.reactive.pipe;

import java.util.Iterator;
import java.util.List;

/**
 * Senders who waited, and are told by one thread, in order, that their items were accepted. What that has one of them send is
 * accepted behind the others, so they hear of theirs first. So all that went on together goes on together: {@code flatMap}
 * looks through all that it has under way for each completion that comes alone, and once for those that come at once.
 */
final class AcceptedSenders {

    private final Thread thread = Thread.currentThread();
    private final Iterator<SendOne.Parked> senders;
    private boolean within;

    AcceptedSenders(List<SendOne.Parked> senders) {
        this.senders = senders.iterator();
    }

    void tell() {
        while (senders.hasNext()) {
            Shield.run(senders.next()::accepted);
        }
    }

    /** As {@link #tell}, while one of them is told; not within that again, which would fill the stack. */
    void tellWithin() {
        if (Thread.currentThread() == thread && !within) {
            within = true;
            tell();
            within = false;
        }
    }
}
