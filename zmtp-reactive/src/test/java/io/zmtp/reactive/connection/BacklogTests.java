package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Backlog.Removed;
import io.zmtp.reactive.connection.Segment.Range;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.SharedEncoder;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BacklogTests {

    private static final long A_DAY = Duration.ofDays(1).toNanos();
    private static final Message LARGE = Message.of(Bytes.wrap(new byte[5000]), Bytes.utf8("end"));

    private final Backlog backlog = new Backlog();

    private static @Nullable Message one(@Nullable Removed removed) {
        return removed == null ? null : removed.messages().get(0);
    }

    @Test
    void takesTheOldestOutFirst() {
        backlog.add(Message.of("a", "b"));
        backlog.add(Message.of("c"));

        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("a", "b"));
        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("c"));
        assertThat(backlog.removeFirst()).isNull();
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void takesMessagesOutThatSpanSegments() {
        Message spanning = Message.of(Bytes.utf8("begin"), Bytes.wrap(new byte[5000]), Bytes.utf8("end"));
        backlog.add(Message.of("before"));
        backlog.add(spanning);
        backlog.add(Message.of("after"));

        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("before"));
        assertThat(one(backlog.removeFirst())).isEqualTo(spanning);
        assertThat(backlog.take())
                .satisfies(rest -> assertThat(rest.open).isFalse())
                .satisfies(rest -> assertThat(rest.messages()).isOne())
                .satisfies(rest -> assertThat(rest.wireSize()).isEqualTo(2 + "after".length()));
    }

    @Test
    void leavesTheRestOfAMessageThatHasBegun() {
        backlog.add(LARGE);
        backlog.add(Message.of("next"));
        backlog.add(Message.of("last"));
        backlog.take();

        Removed removed = backlog.removeFirst();

        assertThat(removed).isNotNull();
        assertThat(removed.messages()).containsExactly(Message.of("next"));
        assertThat(removed.skipped()).isEqualTo(5);
        assertThat(removed.size()).isEqualTo(6);
        assertThat(backlog.removeRest()).isEqualTo(new Removed(List.of(), 0, 5));
        assertThat(backlog.removeRest()).isNull();
        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("last"));
    }

    /** However little there is room for at first. */
    @Test
    void holdsManySmallOnesAsOneSegmentThatGrows() {
        int count = SharedEncoder.CAPACITY / 102;
        for (int i = 0; i < count; i++) {
            backlog.add(message(i));
            if (i == 3) {
                assertThat(one(backlog.removeFirst())).isEqualTo(message(0));
            }
        }
        backlog.add(message(count));

        Segment first = backlog.take();

        assertThat(first).isNotNull();
        assertThat(first.messages()).isEqualTo(count - 1);
        ByteBuffer octets = ByteBuffer.wrap(((Segment.Staged) first).array);
        octets.position(((Segment.Staged) first).from);
        for (int i = 1; i < count; i++) {
            Frame frame = Frame.read(octets, 100);
            assertThat(frame).isNotNull();
            assertThat(frame.body()).isEqualTo(message(i).first());
        }
        assertThat(backlog.take()).isNotNull().extracting(Segment::messages).isEqualTo(1);
    }

    private static Message message(int number) {
        return Message.of(ByteBuffer.allocate(100).putInt(0, number).array());
    }

    /** As of many peers each may be sent little before any of it is written. */
    @Test
    void takesLittleMemoryForLittle() {
        backlog.add(Message.of("little"));

        assertThat(backlog.take())
                .isInstanceOfSatisfying(
                        Segment.Staged.class,
                        few -> assertThat(few.array.length).isLessThan(2000));
    }

    @Test
    void leavesCommands() {
        Frame command = Frame.command(Bytes.utf8("\u0004PLAY"));
        backlog.add(Message.of("a"));
        backlog.add(command);
        backlog.add(Message.of("b"));

        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("a"));
        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("b"));
        assertThat(backlog.removeFirst()).isNull();
        assertThat(backlog.take())
                .satisfies(left ->
                        assertThat(left.wireSize()).isEqualTo(2 + command.body().size()));
    }

    @Test
    void takesEncodedMessagesOut() {
        Message small = Message.of("small");
        backlog.add(Encoded.of(FrameEncoder.encode(small)));
        backlog.add(Encoded.of(FrameEncoder.encode(LARGE)));

        assertThat(one(backlog.removeFirst())).isEqualTo(small);
        assertThat(one(backlog.removeFirst())).isEqualTo(LARGE);
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void holdsWhatFollowsEachOtherAsOneRange() {
        SharedEncoder encoder = new SharedEncoder();
        for (int i = 0; i < 100; i++) {
            backlog.add(encoder.encode(Message.of("message " + i)));
        }

        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("message 0"));
        assertThat(backlog.take())
                .isInstanceOfSatisfying(
                        Range.class, range -> assertThat(range.messages()).isEqualTo(99));
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void copiesOneOfManySharedMessages() {
        SharedEncoder encoder = new SharedEncoder();
        for (int i = 0; i < 5000; i++) {
            Encoded encoded = encoder.encode(Message.of("%06d".formatted(i)));
            if (i % 50 == 0) {
                backlog.add(encoded);
            }
        }

        Set<Bytes> held = Collections.newSetFromMap(new IdentityHashMap<>());
        int messages = 0;
        for (Segment each; (each = backlog.take()) != null; messages += each.messages()) {
            if (each instanceof Range range) {
                held.add(range.wire);
            }
        }
        assertThat(messages).isEqualTo(100);
        assertThat(held).hasSizeLessThanOrEqualTo(1);
    }

    /** A topic and a body: the memory that is taken must be about what is counted. */
    @Test
    void holdsLittleMoreThanSmallAndLargePartsInTurnAre() {
        for (int i = 0; i < 1000; i++) {
            backlog.add(Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[3000])));
        }

        long counted = backlog.bytes();
        long staged = 0;
        for (Segment each; (each = backlog.take()) != null; ) {
            staged += each instanceof Segment.Staged octets ? octets.array.length : 0;
        }
        assertThat(staged).isLessThan(counted / 2);
    }

    @Test
    void takesOutWhatHasWaitedTooLongWhereverItIs() {
        long now = Deadline.now();
        long later = now + A_DAY;
        backlog.add(Message.of("stays"));
        backlog.add(Message.of("first"), now - 101);
        backlog.add(LARGE, later);
        backlog.add(Encoded.of(FrameEncoder.encode(Message.of("second"))), now - 99);
        List<Message> expired = new ArrayList<>();
        List<Long> before = new ArrayList<>();

        long next = backlog.removeExpired(now, (aging, skipped) -> {
            expired.add(aging.message());
            before.add(skipped);
        });

        assertThat(expired).containsExactly(Message.of("first"), Message.of("second"));
        assertThat(before).containsExactly(7L, 7L + FrameEncoder.size(LARGE));
        assertThat(next).isEqualTo(later);
        assertThat(one(backlog.removeFirst())).isEqualTo(Message.of("stays"));
        assertThat(one(backlog.removeFirst())).isEqualTo(LARGE);
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void makesOneSegmentOfManySmallOnesThatAge() {
        for (int i = 0; i < 1000; i++) {
            backlog.add(message(i), Deadline.now() + A_DAY);
        }

        List<Segment> taken = new ArrayList<>();
        for (Segment each; (each = backlog.take()) != null; ) {
            taken.add(each);
        }

        assertThat(taken).hasSize(2).allMatch(Segment.Staged.class::isInstance);
        assertThat(taken.stream().mapToInt(Segment::messages).sum()).isEqualTo(1000);
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void keepsWhatFollowsEachOtherOneRangeIfItAges() {
        SharedEncoder encoder = new SharedEncoder();
        for (int i = 0; i < 100; i++) {
            backlog.add(encoder.encode(Message.of("message " + i)), Deadline.now() + A_DAY);
        }

        assertThat(backlog.take())
                .isInstanceOfSatisfying(
                        Range.class, range -> assertThat(range.messages()).isEqualTo(100));
    }

    /** Against a plain queue: whatever is added, written in part and taken out, nothing is lost, cut or out of order. */
    @Test
    void agreesWithAQueueOfMessages() {
        Random random = new Random(42);
        long soon = Deadline.now() | 1;
        for (int round = 0; round < 200; round++) {
            Backlog tested = new Backlog();
            SharedEncoder encoder = new SharedEncoder();
            Queue<Message> model = new ArrayDeque<>();
            List<Message> aging = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(9)) {
                    case 0 -> {
                        Segment taken = tested.take();
                        for (int i = taken == null ? 0 : taken.messages() + (taken.open ? 1 : 0); i > 0; i--) {
                            model.remove();
                        }
                        for (Segment rest = taken; rest != null && rest.open; ) {
                            rest = tested.take();
                            for (int i = rest == null ? 0 : rest.messages() - 1 + (rest.open ? 1 : 0); i > 0; i--) {
                                model.remove();
                            }
                        }
                    }
                    case 1, 2 -> assertThat(one(tested.removeFirst())).isEqualTo(model.poll());
                    case 3 -> {
                        List<Message> expired = new ArrayList<>();
                        tested.removeExpired(soon, (old, skipped) -> expired.add(old.message()));
                        model.removeAll(expired);
                        assertThat(aging.stream().filter(model::contains)).isEmpty();
                    }
                    default -> {
                        Message message = message(random, step);
                        model.add(message);
                        Object shared = encoder.encode(message);
                        if (random.nextInt(3) == 0) {
                            boolean isSoon = random.nextBoolean();
                            tested.add(random.nextBoolean() ? message : shared, isSoon ? soon : soon + A_DAY);
                            if (isSoon) {
                                aging.add(message);
                            }
                        } else if (random.nextInt(4) == 0) {
                            tested.add(message);
                        } else {
                            tested.add((Encoded) shared);
                        }
                    }
                }
            }
            List<Message> left = new ArrayList<>();
            for (Removed removed; (removed = tested.removeFirst()) != null; ) {
                left.addAll(removed.messages());
            }
            assertThat(left).containsExactlyElementsOf(model);
            assertThat(tested.bytes()).isZero();
            assertThat(tested.isEmpty()).isTrue();
        }
    }

    private static Message message(Random random, int number) {
        Bytes[] parts = new Bytes[1 + random.nextInt(3)];
        for (int i = 0; i < parts.length; i++) {
            byte[] body = new byte[random.nextInt(10) == 0 ? 2000 + random.nextInt(3000) : 9 + random.nextInt(50)];
            body[0] = (byte) number;
            ByteBuffer.wrap(body).putInt(1, random.nextInt()); // no two are equal
            parts[i] = Bytes.wrap(body);
        }
        return Message.of(parts);
    }
}
