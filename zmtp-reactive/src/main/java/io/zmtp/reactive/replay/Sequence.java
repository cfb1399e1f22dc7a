package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpProtocolException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is received from one publisher, live and replayed, into the order of its numbers, and knows what is missing. For one
 * thread at a time.
 */
final class Sequence {

    private static final long UNKNOWN = -1;

    private final Endpoint endpoint;
    private final List<Bytes> prefixes;
    /** Whether numbers may be missing because their messages are of other topics. */
    private final boolean filtered;

    private final Bytes plainTopic;
    private final Tally tally;

    /** In order, for the subscriber. */
    private final ArrayDeque<Update> ready = new ArrayDeque<>();

    /** Live messages that wait for those before them, in order. */
    private final ArrayDeque<Published> ahead = new ArrayDeque<>();

    private long bytes;

    private long epoch;
    private Start.Kind begin;
    /** Whether the publisher has not said yet where the subscription begins. */
    private boolean starting = true;
    /** Whether last values come, and not all messages. */
    private boolean compacting;
    /** The number of the next message that is ready. */
    private long expected = UNKNOWN;
    /** The last number that the publisher is known to have; replayed without having been seen. */
    private long known = UNKNOWN;
    /** Whether the next number is missing, and not of another topic. */
    private boolean missing;
    /** Whether the publisher is to be asked where it is. */
    private boolean due;

    private long lastLive = UNKNOWN;
    /** Another epoch that the replay has shown; 0 for none. */
    private long newer;

    private boolean quiet = true;
    private boolean progress;
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
        this.begin = start.kind;
        this.epoch = start.epoch;
        if (start.kind == Start.Kind.NUMBER) {
            expected = start.number;
        }
    }

    // ---- what is ready

    @Nullable
    Update poll() {
        Update next = ready.poll();
        if (next instanceof Published published) {
            bytes -= published.message().bytes();
        }
        return next;
    }

    int ready() {
        return ready.size();
    }

    /** How many are held. */
    int held() {
        return ready.size() + ahead.size();
    }

    /** How many octets are held. */
    long bytes() {
        return bytes;
    }

    private void hand(Published next) {
        ready.add(next);
        expected = next.number() + 1;
        progress = true;
        tally.received.increment();
        if (next.replayed()) {
            tally.replayed.increment();
        }
    }

    /** Hands out what waited for the messages before. */
    private void release() {
        while (!ahead.isEmpty() && ahead.getFirst().number() <= expected) {
            Published next = ahead.removeFirst();
            if (next.number() == expected) {
                hand(next);
            } else {
                bytes -= next.message().bytes();
                tally.duplicates.increment();
            }
        }
        if (ahead.isEmpty()) {
            tally.closed(this);
        }
    }

    /** The numbers up to this one are lost, except for those of messages that are here. */
    private void lose(long last) {
        while (expected <= last) {
            long end = ahead.isEmpty() ? last : Math.min(last, ahead.getFirst().number() - 1);
            if (end >= expected) {
                ready.add(new Gap(endpoint, epoch, expected, end));
                tally.lost.add(end - expected + 1);
                expected = end + 1;
                progress = true;
            }
            release();
        }
        missing = false;
    }

    /** The numbers before this one are of nothing that is wanted, except for those of messages that are here. */
    private void skipTo(long number) {
        while (!ahead.isEmpty() && ahead.getFirst().number() < number) {
            expected = Math.max(expected, ahead.getFirst().number());
            release();
        }
        if (expected < number) {
            expected = number;
            progress = true;
        }
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
            restart(epoch + 1, true); // a plain publisher began anew: it repeats no number on one connection
        }
        lastLive = number;
        Message whole = message.size() == 2
                ? Message.received(message.first(), message.peer().orElse(null))
                : message.skip(2).prepend(message.first());
        Published next = new Published(endpoint, epoch, number, false, whole);
        if (begin == Start.Kind.NOW && expected == UNKNOWN) {
            expected = number;
            starting = false;
        }
        if (number == expected && ahead.isEmpty()) {
            bytes += whole.bytes();
            hand(next);
        } else if ((expected != UNKNOWN && number < expected)
                || (!ahead.isEmpty() && number <= ahead.getLast().number())) {
            tally.duplicates.increment();
        } else {
            bytes += whole.bytes();
            ahead.add(next);
            if (expected != UNKNOWN && !filtered) {
                tally.opened(this);
            }
        }
        return true;
    }

    private void enter(long announced) {
        if (epoch == 0 && lastLive == UNKNOWN) {
            epoch = announced;
        } else if (epoch != announced) {
            restart(announced, false);
        }
    }

    /** The publisher has begun anew: of what was before, nothing more comes. */
    private void restart(long next, boolean isPlain) {
        while (!ahead.isEmpty()) {
            if (expected == UNKNOWN) {
                expected = ahead.getFirst().number();
            }
            lose(ahead.getFirst().number() - 1);
            release();
        }
        epoch = next;
        lastLive = UNKNOWN;
        known = UNKNOWN;
        newer = 0;
        missing = false;
        leave();
        compacting = false;
        if (begin == Start.Kind.NOW && expected == UNKNOWN) {
            return;
        }
        if (begin == Start.Kind.LAST_VALUES) {
            expected = UNKNOWN;
            starting = true;
        } else if (isPlain) {
            begin = Start.Kind.OLDEST; // which number was its first is not known
            expected = UNKNOWN;
            starting = true;
        } else {
            expected = 0;
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
                case NUMBER, LAST_VALUES -> Math.max(0, expected);
            };
            Query.Mode mode = begin == Start.Kind.LAST_VALUES ? Query.Mode.LAST_VALUES : Query.Mode.MESSAGES;
            return new Query(id, mode, epoch, first, Long.MAX_VALUE, maxBytes, prefixes);
        }
        if (!ahead.isEmpty()) {
            return filtered && !missing
                    ? new Query(
                            id,
                            Query.Mode.NUMBERS,
                            epoch,
                            expected,
                            ahead.getLast().number(),
                            maxBytes,
                            prefixes)
                    : new Query(
                            id,
                            Query.Mode.MESSAGES,
                            epoch,
                            expected,
                            ahead.getFirst().number() - 1,
                            maxBytes,
                            prefixes);
        }
        return expected != UNKNOWN && (due || expected <= known)
                ? new Query(id, Query.Mode.MESSAGES, epoch, expected, Long.MAX_VALUE, maxBytes, prefixes)
                : null;
    }

    /**
     * The answer has come.
     *
     * @return false if it brings nothing for now, so that asking again at once does not either
     * @throws ZmtpProtocolException if it is not one
     */
    boolean page(Query asked, Page page, @Nullable Peer peer) {
        if (page.epoch() != epoch && !adopt(page)) {
            return false;
        }
        if (starting) {
            starting = false;
            compacting = begin == Start.Kind.LAST_VALUES;
            if (begin == Start.Kind.NOW) {
                expected = page.next();
            } else if (begin != Start.Kind.NUMBER) {
                expected = compacting ? 0 : page.oldest();
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
        if (page.oldest() > expected && !compacting) {
            lose(page.oldest() - 1);
        }
        Records records = Records.of(page.records());
        if (asked.mode() == Query.Mode.NUMBERS) {
            numbers(asked, page, records);
        } else {
            messages(page, records, peer);
            missing = false;
            compacting &= page.through() < page.next() - 1;
        }
        release();
        if (asked.last() != Long.MAX_VALUE && page.through() < asked.first() && !ahead.isEmpty()) {
            lose(ahead.getFirst().number() - 1); // it has published what comes later, and does not know of this
        }
        return true;
    }

    /** The replay is of another epoch than this; false if the answer is of no use. */
    private boolean adopt(Page page) {
        if (epoch == 0 && lastLive == UNKNOWN) {
            epoch = page.epoch();
            return true;
        }
        if (starting && begin == Start.Kind.NUMBER && lastLive == UNKNOWN) {
            restart(page.epoch(), false); // since the number was kept
            return false;
        }
        newer = page.epoch(); // from the next tick on, unless messages of the old one are still on their way
        due = false;
        return false;
    }

    private void messages(Page page, Records records, @Nullable Peer peer) {
        while (records.next() && records.number() <= page.through()) {
            long number = records.number();
            if (number > expected) {
                passTo(number);
            }
            if (number < expected) {
                tally.duplicates.increment();
            } else if (ahead.isEmpty() || ahead.getFirst().number() != number) {
                Message message = records.message(peer);
                bytes += message.bytes();
                hand(new Published(endpoint, epoch, number, true, message));
            }
            release();
        }
        if (expected <= page.through()) {
            passTo(page.through() + 1);
        }
    }

    /** The publisher has looked at the numbers before this one, and has nothing more of them. */
    private void passTo(long number) {
        if (filtered || compacting) {
            skipTo(number);
        } else {
            lose(number - 1);
        }
    }

    private void numbers(Query asked, Page page, Records records) {
        long through = Math.min(page.through(), asked.last());
        while (records.next() && records.number() <= through) {
            long number = records.number();
            if (number < expected) {
                continue;
            }
            skipTo(number);
            if (ahead.isEmpty() || ahead.getFirst().number() != number) {
                missing = true;
                tally.opened(this);
                return;
            }
            release();
        }
        if (expected <= through) {
            skipTo(through + 1);
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
                    return expected;
                }
                case LAST_VALUES ->
                    throw new ZmtpProtocolException(
                            endpoint + ": expected a publisher with last values, but its replay does not announce "
                                    + Wire.PROPERTY,
                            Wire.PROPERTY);
            }
        }
        return !ahead.isEmpty() || due ? expected : UNKNOWN;
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
        if (expected == UNKNOWN) {
            expected =
                    ahead.isEmpty() ? number : Math.min(number, ahead.getFirst().number());
        }
        if (number > expected && fresh) {
            lose(number - 1);
        }
        if (fresh && number >= expected && lastLive != UNKNOWN && ahead.isEmpty() && !starting) {
            tally.gaps.increment(); // nothing that came later has shown it
        }
        starting = false;
        fresh &= number < expected;
        skipped |= number > expected; // dropped on its way: to be asked for again
        if (number < expected) {
            tally.duplicates.increment();
        } else if (number == expected) {
            Bytes topic = at == 2 ? answer.part(1) : plainTopic;
            if (at == 2 && filtered && prefixes.stream().noneMatch(topic::startsWith)) {
                expected = number + 1;
                progress = true;
            } else {
                Message message = size == at + 1
                        ? Message.received(topic, answer.peer().orElse(null))
                        : answer.skip(at + 1).prepend(topic);
                bytes += message.bytes();
                hand(new Published(endpoint, epoch, number, true, message));
            }
            release();
        }
        return true;
    }

    private void plainEnd() {
        replaying = false;
        if (skipped || (!fresh && !ahead.isEmpty())) { // some were dropped on their way
            due = true;
            return;
        }
        starting = false;
        if (!ahead.isEmpty()) {
            if (expected == UNKNOWN) {
                expected = ahead.getFirst().number();
            }
            lose(ahead.getFirst().number() - 1);
            release();
        } else if (expected == UNKNOWN) {
            begin = Start.Kind.NOW; // nothing was published yet
        }
    }

    // ---- time

    /**
     * Some time is over.
     *
     * @param reading whether what is published is read now
     * @param patience after how many calls without progress a gap is lost
     */
    void tick(boolean reading, long patience) {
        boolean nothing = quiet && reading;
        quiet = true;
        if (newer != 0 && nothing) {
            restart(newer, false);
        }
        due |= nothing && expected != UNKNOWN && !starting;
        boolean waits = !ahead.isEmpty() && !(begin == Start.Kind.LAST_VALUES && (starting || compacting));
        stuck = progress || !waits ? 0 : stuck + 1;
        progress = false;
        if (stuck >= patience) {
            starting = false;
            leave();
            if (expected == UNKNOWN) {
                expected = ahead.getFirst().number();
            }
            lose(ahead.getFirst().number() - 1);
            release();
        }
    }

    /** Nobody wants it any more. */
    void end() {
        ready.clear();
        ahead.clear();
        tally.closed(this);
    }
}
