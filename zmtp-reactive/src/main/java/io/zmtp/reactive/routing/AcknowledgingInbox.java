package io.zmtp.reactive.routing;

/** An inbox that acknowledges what it has handed out. */
public final class AcknowledgingInbox<T> extends Inbox<T> {

    private final Receipts receipts;

    /**
     * Makes one without a subscriber.
     *
     * @param receipts knows what was taken from the source last
     */
    public AcknowledgingInbox(Source<T> source, Receipts receipts) {
        super(source);
        this.receipts = receipts;
    }

    @Override
    void emit() {
        Taker<T> to = taker();
        if (to == null) {
            return;
        }
        try {
            while (to.ended == 0 && !isDone() && to.given < to.requested) {
                T item = held;
                held = null;
                if (item == null) {
                    item = source.next();
                }
                if (item == null) {
                    to.none();
                    break;
                }
                boolean isTaken = true;
                try {
                    isTaken = to.hand(item);
                } finally {
                    if (isTaken) { // also by a subscriber that threw: the application has had it
                        receipts.handedOut();
                    }
                }
                if (!isTaken) {
                    held = item;
                }
            }
        } catch (RuntimeException | Error thrown) {
            to.threw(thrown);
        } finally {
            receipts.flush();
        }
        if (isDone()) {
            to.complete();
        }
    }
}
