package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one socket sends to one addressee, or to whom it may concern: messages numbered from 0. */
final class Lane {

    /** What is known of a message. */
    enum State {
        /** Its sender was cancelled, or has not heard yet. */
        OPEN,
        ACCEPTED,
        /** Then nobody has it. */
        FAILED
    }

    final String id;
    /** The place it goes to; null if anybody may have it. */
    final @Nullable String to;

    final AtomicInteger next = new AtomicInteger();
    final Map<Integer, State> states = new ConcurrentHashMap<>();

    Lane(String id, @Nullable String to) {
        this.id = id;
        this.to = to;
    }

    int begin() {
        int number = next.getAndIncrement();
        states.put(number, State.OPEN);
        return number;
    }

    long count(State state) {
        return states.values().stream().filter(each -> each == state).count();
    }

    /** {@code id:number:padding}, of a size that the number decides. */
    Bytes body(int number) {
        String head = id + ":" + number + ":";
        return Bytes.utf8(head + String.valueOf((char) ('a' + number % 26)).repeat(padding(number)));
    }

    private int padding(int number) {
        int random = (id.hashCode() * 31 + number) * 0x9E3779B9 >>> 8;
        return switch (random % 50) {
            case 0 -> 20_000 + random % 20_000;
            case 1, 2, 3 -> random % 3_000;
            default -> random % 100;
        };
    }
}
