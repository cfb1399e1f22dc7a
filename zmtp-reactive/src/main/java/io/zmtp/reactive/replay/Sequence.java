package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpProtocolException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is received from one publisher, live and replayed, into the order of its numbers, and knows what is missing. For one
 * thread at a time.
 */
final class Sequence {

    private static final long UNKNOWN = Row.UNKNOWN;

    private final Endpoint endpoint;
    private final List<Bytes> prefixes;
    /** Whether numbers may be missing because their messages are of other topics. */
    private final boolean filtered;

    private final Bytes plainTopic;
    private final Tally tally;

    final Row row;
    private Start.Kind begin;
    /** Whether the publisher has not said yet where the subscription begins. */
    private boolean starting = true;
    /** Whether last values come, and not all messages. */
    private boolean compacting;
    /** The last number that the publisher is known to have; replayed without having been seen. */
    private long known = UNKNOWN;
    /** Whether the next number is missing, and not of another topic. */
    private boolean missing;
    /** Whether the publisher is to be asked where it is. */
    private boolean due;

    private long lastLive = UNKNOWN;
    /** Another epoch that the replay has shown; 0 for none. */
    private long newer;
    /** The epoch before this one. */
    private long former;

    private boolean quiet = true;
    /** Whether an answer without anything new has come since the last tick, though something is missing. */
    private boolean fruitless;

    private int stuck;

    // Of a replay by the plain wire:
    private boolean replaying;
    private boolean fresh;
    private boolean skipped;
    private boolean abandoned;

    Sequence(Endpoint endpoint, List<Bytes> prefixes, Start start, Bytes plainTopic, Tally tally) {
        this.endpoint = endpoint;
        this.filtered = prefixes.stream().noneMatch(Bytes::isEmpty);
        this.prefixes = filtered ? prefixes : List.of();
        this.plainTopic = plainTopic;
        this.tally = tally;
        this.row = new Row(endpoint, tally);
        this.begin = start.kind;
        row.epoch = start.epoch;
        if (start.kind == Start.Kind.NUMBER) {
            row.expected = start.number;
        }
    }

    private void lose(long last) {
        row.lose(last);
        missing = false;
    }

    // ---- what was published

    /**
     * A message came as it was published.
     *
     * @param announced the epoch that its sender announced
     * @return false if it is none
     */
    boolean live(Message message, OptionalLong announced) {
        quiet = false;
        if (message.size() < 2 || !Wire.isNumber(message.part(1))) {
            return false;
        }
        long number = Wire.toNumber(message.part(1));
        if (number < 0 || number == Long.MAX_VALUE) {
            return false;
        }
        if (announced.isPresent()) {
            enter(announced.getAsLong());
        } else if (number <= lastLive) {
            restart(row.epoch + 1, true); // a plain publisher began anew: it repeats no number on one connection
        }
        lastLive = number;
        Message whole = message.size() == 2
                ? Message.received(message.first(), message.peer().orElse(null))
                : message.without(1);
        Published next = new Published(endpoint, row.epoch, number, false, whole);
        if (begin == Start.Kind.NOW && row.expected == UNKNOWN) {
            row.expected = number;
            starting = false;
        }
        if (number == row.expected && row.ahead.isEmpty()) {
            row.hand(next);
        } else if ((row.expected != UNKNOWN && number < row.expected)
                || (!row.ahead.isEmpty() && number <= row.ahead.getLast().number())) {
            tally.duplicates.increment();
        } else {
            row.keep(next);
            if (row.expected != UNKNOWN && !filtered) {
                tally.opened(row);
            }
        }
        return true;
    }

    private void enter(long announced) {
        if (row.epoch == 0 && lastLive == UNKNOWN) {
            row.epoch = announced;
        } else if (row.epoch != announced) {
            restart(announced, false);
        }
    }

    /** One was dropped here: it is to be replayed. */
    void missed() {
        quiet = false;
        skipped |= replaying;
        due |= row.expected != UNKNOWN;
    }

    /** The publisher has begun anew: of what was before, nothing more comes. */
    private void restart(long next, boolean isPlain) {
        while (!row.ahead.isEmpty()) {
            if (row.expected == UNKNOWN) {
                row.expected = firstUnheard();
            }
            lose(row.ahead.getFirst().number() - 1);
            row.release();
        }
        if (!compacting && row.expected != UNKNOWN && row.expected <= known) {
            lose(known);
        }
        former = row.epoch;
        row.epoch = next;
        lastLive = UNKNOWN;
        known = UNKNOWN;
        newer = 0;
        missing = false;
        leave();
        compacting = false;
        if (begin == Start.Kind.NOW && row.expected == UNKNOWN) {
            return;
        }
        if (begin == Start.Kind.LAST_VALUES) {
            row.expected = UNKNOWN;
            starting = true;
        } else if (isPlain) {
            begin = Start.Kind.OLDEST; // which number was its first is not known
            row.expected = UNKNOWN;
            starting = true;
        } else {
            row.expected = 0;
            starting = false;
            due = true;
        }
    }

    // ---- what one of our publishers replays

    /** What to ask for now; null for nothing. */
    @Nullable
    Query query(int id, int maxBytes) {
        if (starting || compacting) {
            long first = switch (begin) {
                case NOW -> Wire.END;
                case OLDEST -> 0;
                case NUMBER, LAST_VALUES -> Math.max(0, row.expected);
            };
            Query.Mode mode = begin == Start.Kind.LAST_VALUES ? Query.Mode.LAST_VALUES : Query.Mode.MESSAGES;
            return new Query(id, mode, row.epoch, first, Long.MAX_VALUE, maxBytes, prefixes);
        }
        if (!row.ahead.isEmpty()) {
            return filtered && !missing
                    ? new Query(
                            id,
                            Query.Mode.NUMBERS,
                            row.epoch,
                            row.expected,
                            row.ahead.getLast().number(),
                            maxBytes,
                            prefixes)
                    : new Query(
                            id,
                            Query.Mode.MESSAGES,
                            row.epoch,
                            row.expected,
                            row.ahead.getFirst().number() - 1,
                            maxBytes,
                            prefixes);
        }
        return row.expected != UNKNOWN && (due || row.expected <= known)
                ? new Query(id, Query.Mode.MESSAGES, row.epoch, row.expected, Long.MAX_VALUE, maxBytes, prefixes)
                : null;
    }

    /**
     * The answer has come.
     *
     * @return false if it brings nothing for now, so that asking again at once does not either
     * @throws ZmtpProtocolException if it is not one
     */
    boolean page(Query asked, Page page, @Nullable Peer peer) {
        Records records = Records.of(page.records(), asked.maxBytes());
        long before = row.expected;
        if (page.epoch() != row.epoch) {
            if (asked.epoch() != row.epoch) {
                return true; // it was asked for before this epoch was known: the answer to the next request counts
            }
            if (!adopt(page)) {
                return false;
            }
        }
        if (asked.epoch() != 0 && asked.epoch() != page.epoch()) {
            return true; // it has nothing of the epoch that it was asked for
        }
        if (asked.first() == Wire.END && !starting) {
            return true; // what is live has shown already where to begin
        }
        if (starting) {
            starting = false;
            compacting = begin == Start.Kind.LAST_VALUES;
            if (begin == Start.Kind.NOW) {
                row.expected = page.next();
            } else if (begin != Start.Kind.NUMBER) {
                row.expected = compacting ? 0 : page.oldest();
            }
        }
        if (asked.last() == Long.MAX_VALUE) {
            known = page.next() - 1;
            if (due && !page.records().isEmpty()) {
                tally.gaps.increment(); // nothing that came later has shown it
            }
            due = false;
        }
        if ((asked.mode() == Query.Mode.LAST_VALUES) != compacting) {
            return true; // of before a restart
        }
        if (page.oldest() > row.expected && !compacting) {
            lose(page.oldest() - 1);
        }
        if (asked.mode() == Query.Mode.NUMBERS) {
            numbers(asked, page, records);
        } else {
            messages(page, records, peer);
            missing = false;
            compacting &= page.through() < page.next() - 1;
        }
        row.release();
        if (asked.last() != Long.MAX_VALUE && page.through() < asked.first() && !row.ahead.isEmpty()) {
            lose(row.ahead.getFirst().number() - 1); // it has published what comes later, and does not know of this
        }
        boolean nothing = asked.last() == Long.MAX_VALUE && row.expected == before && row.expected <= known;
        fruitless |= nothing;
        return !nothing;
    }

    /** The replay is of another epoch than this; false if the answer is of no use. */
    private boolean adopt(Page page) {
        if (row.epoch == 0 && lastLive == UNKNOWN) {
            row.epoch = page.epoch();
            return true;
        }
        if (starting && begin == Start.Kind.NUMBER && lastLive == UNKNOWN) {
            restart(page.epoch(), false); // since the number was kept
            return false;
        }
        if (page.epoch() == former) {
            return false; // that publisher is still about to go
        }
        newer = page.epoch(); // from the next tick on, unless messages of the old one are still on their way
        due = false;
        return false;
    }

    private void messages(Page page, Records records, @Nullable Peer peer) {
        while (records.next() && records.number() <= page.through()) {
            long number = records.number();
            if (number > row.expected) {
                passTo(number);
            }
            if (number < row.expected) {
                tally.duplicates.increment();
            } else if (row.ahead.isEmpty() || row.ahead.getFirst().number() != number) {
                Message message = records.message(peer);
                row.hand(new Published(endpoint, row.epoch, number, true, message));
            }
            row.release();
        }
        if (row.expected <= page.through()) {
            passTo(page.through() + 1);
        }
    }

    /** The publisher has looked at the numbers before this one, and has nothing more of them. */
    private void passTo(long number) {
        if (filtered || compacting) {
            row.skipTo(number);
        } else {
            lose(number - 1);
        }
    }

    private void numbers(Query asked, Page page, Records records) {
        long through = Math.min(page.through(), asked.last());
        while (records.next() && records.number() <= through) {
            long number = records.number();
            if (number < row.expected) {
                continue;
            }
            row.skipTo(number);
            if (row.ahead.isEmpty() || row.ahead.getFirst().number() != number) {
                missing = true;
                tally.opened(row);
                return;
            }
            row.release();
        }
        if (row.expected <= through) {
            row.skipTo(through + 1);
        }
    }

    // ---- what a plain publisher replays

    /**
     * The number from which on to ask a plain publisher; negative for not now.
     *
     * @throws ZmtpProtocolException if it cannot do what is wanted
     */
    long plainFirst() {
        if (starting) {
            switch (begin) {
                case NOW -> starting = false; // with what comes
                case OLDEST -> {
                    return 0;
                }
                case NUMBER -> {
                    return row.expected;
                }
                case LAST_VALUES ->
                    throw new ZmtpProtocolException(
                            endpoint + ": expected a publisher with last values, but its replay does not announce "
                                    + Wire.PROPERTY,
                            Wire.PROPERTY);
            }
        }
        return !row.ahead.isEmpty() || due ? row.expected : UNKNOWN;
    }

    /** It was asked. */
    void plainAsked() {
        replaying = true;
        fresh = true;
        skipped = false;
        due = false;
    }

    /** Whether the end of what was asked for has not come yet. */
    boolean isReplaying() {
        return replaying;
    }

    /** It does not answer, or has gone: what it still sends over that connection would be taken for another answer. */
    void giveUpReplay() {
        due |= replaying;
        leave();
    }

    private void leave() {
        abandoned |= replaying;
        replaying = false;
    }

    /** Whether a replay was given up, since this was called last. */
    boolean hasAbandoned() {
        boolean was = abandoned;
        abandoned = false;
        return was;
    }

    /**
     * A message of a replay came: an empty part, the topic or not, the number, and the payload.
     *
     * @return false if it is none, or nobody asked for it
     */
    boolean plain(Message answer) {
        int size = answer.size();
        int at = size >= 4 && Wire.isNumber(answer.part(2)) ? 2 : 1;
        if (!replaying || size < 3 || !answer.first().isEmpty() || !Wire.isNumber(answer.part(at))) {
            return false;
        }
        long number = Wire.toNumber(answer.part(at));
        if (number == Wire.END) {
            plainEnd();
            return true;
        }
        if (number < 0 || number == Long.MAX_VALUE) {
            return false;
        }
        if (row.expected == UNKNOWN) {
            row.expected = row.ahead.isEmpty()
                    ? number
                    : Math.min(number, row.ahead.getFirst().number());
        }
        if (number > row.expected && fresh) {
            lose(number - 1);
        }
        if (fresh && number >= row.expected && lastLive != UNKNOWN && row.ahead.isEmpty() && !starting) {
            tally.gaps.increment(); // nothing that came later has shown it
        }
        starting = false;
        fresh &= number < row.expected;
        skipped |= number > row.expected; // dropped on its way: to be asked for again
        if (number < row.expected) {
            tally.duplicates.increment();
        } else if (number == row.expected) {
            Bytes topic = at == 2 ? answer.part(1) : plainTopic;
            if (at == 2 && filtered && prefixes.stream().noneMatch(topic::startsWith)) {
                row.expected = number + 1;
                row.progress = true;
            } else {
                Message message = size == at + 1
                        ? Message.received(topic, answer.peer().orElse(null))
                        : answer.skip(at + 1).prepend(topic);
                row.hand(new Published(endpoint, row.epoch, number, true, message));
            }
            row.release();
        }
        return true;
    }

    private void plainEnd() {
        replaying = false;
        if (skipped || (!fresh && !row.ahead.isEmpty())) { // some were dropped on their way
            due = true;
            return;
        }
        starting = false;
        if (!row.ahead.isEmpty()) {
            if (row.expected == UNKNOWN) {
                row.expected = row.ahead.getFirst().number();
            }
            lose(row.ahead.getFirst().number() - 1);
            row.release();
        } else if (row.expected == UNKNOWN) {
            begin = Start.Kind.NOW; // nothing was published yet
        }
    }

    // ---- time

    /**
     * Some time is over.
     *
     * @param reading whether what is published is read now
     * @param asking whether what is missing is asked for now
     * @param patience after how many calls without progress a gap is lost
     */
    void tick(boolean reading, boolean asking, long patience) {
        boolean nothing = quiet && reading;
        quiet = true;
        if (newer != 0 && nothing) {
            restart(newer, false);
        } else if (newer != 0 && !row.ahead.isEmpty()) {
            // Nobody has what is missing before these, and they may keep out what comes.
            if (isJoining()) {
                restart(newer, false);
            } else {
                giveUp();
            }
        }
        due |= nothing && row.expected != UNKNOWN && !starting;
        boolean waits = fruitless || (!row.ahead.isEmpty() && !isJoining());
        stuck = row.progress || !waits || !asking ? 0 : stuck + 1;
        row.progress = false;
        fruitless = false;
        if (stuck >= patience) {
            giveUp();
        }
    }

    private boolean isJoining() {
        return begin == Start.Kind.LAST_VALUES && (starting || compacting);
    }

    /** Nothing has come for too long of what is missing: so that is lost, and what waits for it is handed out. */
    private void giveUp() {
        starting = false;
        compacting = false;
        leave();
        if (row.expected == UNKNOWN && !row.ahead.isEmpty()) {
            row.expected = firstUnheard();
        }
        lose(row.ahead.isEmpty() ? known : row.ahead.getLast().number());
    }

    /** The first number to hand out of a publisher that has never said which one its history begins with. */
    private long firstUnheard() {
        boolean all = begin == Start.Kind.OLDEST && Wire.isOurs(row.epoch);
        return all ? 0 : row.ahead.getFirst().number();
    }
}
