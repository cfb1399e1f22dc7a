package io.zmtp.reactive.model;

import io.zmtp.reactive.Message;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What a socket sends as one message, or as several equal ones, and all that is known of it. Any thread. */
final class Job {

    /** How it is answered, at the level where the application answers. */
    enum Mood {
        DONE,
        LATE,
        FAILS_ONCE,
        FORGOTTEN_ONCE,
        FAILS,
        REFUSED
    }

    /** What is known of one of its messages. */
    enum State {
        /** Its sender was cancelled, or does not know yet. */
        OPEN,
        /** A queue has it. */
        ACCEPTED,
        /** A receiver has taken it over, or done it. */
        SETTLED,
        /** Nobody may have it. */
        REFUSED,
        EXPIRED,
        /** It is a dead letter. */
        DEAD,
        /** Its socket was closed before the end of it was known. */
        CLOSED
    }

    final String life;
    final Message message;
    final Mood mood;
    final int place;
    private final AtomicIntegerArray states = new AtomicIntegerArray(State.values().length);

    /** How often a receiver got it. */
    final AtomicInteger handed = new AtomicInteger();

    /** How often it was done. */
    final AtomicInteger done = new AtomicInteger();

    /** For how many further attempts there is a reason. */
    final AtomicInteger excuses = new AtomicInteger();

    /** How often it was a dead letter. */
    final AtomicInteger dead = new AtomicInteger();

    /**
     * Nothing was sent yet.
     *
     * @param life the socket that sends it
     * @param place its place among all that this socket sends
     */
    Job(String life, Message message, Mood mood, int place) {
        this.life = life;
        this.message = message;
        this.mood = mood;
        this.place = place;
    }

    String id() {
        return message.first().utf8();
    }

    void begin() {
        states.incrementAndGet(State.OPEN.ordinal());
    }

    /** More is known of one of its messages. */
    void end(State state) {
        states.decrementAndGet(State.OPEN.ordinal());
        states.incrementAndGet(state.ordinal());
    }

    int count(State state) {
        return states.get(state.ordinal());
    }

    /** How many of its messages somebody may have. */
    int sent() {
        int sum = 0;
        for (State state : State.values()) {
            sum += state == State.REFUSED ? 0 : count(state);
        }
        return sum;
    }

    /** How many of its messages were promised, and have come to nothing. */
    int missing(boolean isToBeDone) {
        int come = isToBeDone ? done.get() : handed.get();
        int given = Math.max(0, dead.get() - count(State.DEAD));
        return Math.max(0, count(State.ACCEPTED) + count(State.SETTLED) - come - given);
    }

    @Override
    public String toString() {
        return id() + " " + mood + states + " handed out " + handed + ", done " + done + ", with " + excuses
                + " excuses, dead " + dead;
    }
}
