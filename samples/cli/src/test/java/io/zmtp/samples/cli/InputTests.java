package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Lead;
import io.zmtp.samples.cli.format.Shape;
import io.zmtp.samples.cli.format.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class InputTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Typed typed = new Typed();
    private final List<String> used = new ArrayList<>();

    private Input input(InputStream in, int ahead) {
        return new Input(in, new TextFormat(Lead.BODY), Shape.of(SocketType.CLIENT), ahead);
    }

    private Mono<Message> use(Message message) {
        return Mono.fromRunnable(() -> used.add(message.text()));
    }

    @Test
    void usesMessagesInOrder() {
        typed.type("a\nb\nc\n".getBytes(StandardCharsets.US_ASCII));
        typed.end();
        Input input = input(typed, 10);
        input.each(Long.MAX_VALUE, this::use).blockLast(TIMEOUT);
        assertThat(used).containsExactly("a", "b", "c");
        assertThat(input.used()).isEqualTo(3);
        assertThat(input.waiting()).isZero();
    }

    @Test
    void seesTheEndOfAShortInputBeforeAnybodyTakesIt() {
        typed.type("a\nb\n".getBytes(StandardCharsets.US_ASCII));
        typed.end();
        Input input = input(typed, 10);
        Disposable sending = input.each(Long.MAX_VALUE, message -> Mono.never()).subscribe();
        input.onEnd().block(TIMEOUT);
        assertThat(input.waiting()).isEqualTo(2);
        sending.dispose();
    }

    @Test
    void readsNoFurtherAheadThanTheQueueIsLong() throws InterruptedException {
        Endless endless = new Endless(100);
        Disposable sending =
                input(endless, 10).each(Long.MAX_VALUE, message -> Mono.never()).subscribe();
        assertThat(endless.isHeldBackBefore(10_000)).isTrue();
        sending.dispose();
    }

    @Test
    void readsNoFurtherAheadThanSomeMegabytes() throws InterruptedException {
        Endless endless = new Endless(1 << 20);
        Disposable sending = input(endless, 1_000_000)
                .each(Long.MAX_VALUE, message -> Mono.never())
                .subscribe();
        assertThat(endless.isHeldBackBefore(20L << 20)).isTrue();
        sending.dispose();
    }

    @Test
    void failsAtTheBadLineAndNotBefore() {
        typed.type("a\nb\tc\nd\n".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(
                        () -> input(typed, 10).each(Long.MAX_VALUE, this::use).blockLast(TIMEOUT))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("line 2: expected body for CLIENT, but 2 parts came");
        assertThat(used).containsExactly("a");
    }

    @Test
    void readsNoMoreThanItIsToldTo() {
        typed.type("a\nb\n".getBytes(StandardCharsets.US_ASCII));
        Input input = input(typed, 10);
        input.each(1, this::use).blockLast(TIMEOUT);
        assertThat(used).containsExactly("a");
        input.onEnd().block(TIMEOUT);
    }

    @Test
    void failsWhenTheInputDoes() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("no such device");
            }
        };
        assertThatThrownBy(
                        () -> input(broken, 10).each(Long.MAX_VALUE, this::use).blockLast(TIMEOUT))
                .hasMessageContaining("no such device");
    }

    /** Lines of one length, for ever; lets itself be read as long as nobody reads on too far. */
    private static final class Endless extends InputStream {

        private final int length;
        private final AtomicLong read = new AtomicLong();
        private final Semaphore reads = new Semaphore(0);

        Endless(int length) {
            this.length = length;
        }

        @Override
        public int read(byte[] into, int from, int count) {
            int octets = Math.min(count, length);
            java.util.Arrays.fill(into, from, from + octets - 1, (byte) '.');
            into[from + octets - 1] = (byte) (read.addAndGet(octets) % length == 0 ? '\n' : '.');
            reads.release();
            return octets;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        /** Whether reading stops, and before so much. */
        boolean isHeldBackBefore(long octets) throws InterruptedException {
            while (reads.tryAcquire(1, TimeUnit.SECONDS)) {
                if (read.get() > octets) {
                    return false;
                }
            }
            return read.get() > 0;
        }
    }
}
