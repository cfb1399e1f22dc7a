package io.zmtp.samples.cli;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/**
 * Standard input as messages, read on a thread of its own and no further ahead of what is sent than a socket's queue is
 * long: so that the end of a short input is seen before anybody takes it, and a long one stays where it is.
 */
final class Input {

    /** So many octets are read ahead. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    /** A message, or what stands where one should be, and ends the input. */
    private record Line(@Nullable Message message, @Nullable RuntimeException bad, long number) {}

    /** What to do with a message of the input; done with it when that completes. */
    interface Use {
        Publisher<Message> on(Message message);
    }

    private final Format.Reader reader;
    private final Shape shape;
    private final int ahead;
    private final Pace pace;
    private final boolean isEndless;
    private final Semaphore room = new Semaphore(MOST_BYTES);
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Sinks.Empty<Void> ended = Sinks.empty();

    /** Nothing is read before somebody subscribes. */
    Input(InputStream in, Format format, Shape shape, int ahead) {
        this(in, format, shape, ahead, new Supply());
    }

    /** As the other one, or with what is to be sent instead. */
    Input(InputStream in, Format format, Shape shape, int ahead, Supply supply) {
        this.reader = supply.reader(in, format);
        this.shape = shape;
        this.isEndless = supply.isEndless();
        this.ahead = isEndless ? 1 : ahead;
        this.pace = new Pace(supply.interval);
    }

    /**
     * Uses messages one after the other.
     *
     * @param most how many to read at most
     * @return what comes of them; completes after the last one, fails with a {@link BadInput}
     */
    Flux<Message> each(long most, Use use) {
        return Flux.<Line>generate(this::read)
                .take(most)
                .doOnTerminate(ended::tryEmitEmpty)
                .subscribeOn(Schedulers.newSingle("zmtp-stdin", true))
                .publishOn(Schedulers.newSingle("zmtp-send", true), ahead)
                .concatMap(line -> use(line, use), 1);
    }

    private Flux<Message> use(Line line, Use use) {
        Message message = line.message;
        if (message == null) {
            return Flux.error(Objects.requireNonNull(line.bad));
        }
        return pace.turn()
                .thenMany(Flux.defer(() -> use.on(message)))
                .doOnComplete(pace::sent)
                .onErrorMap(ZmtpSendException.class, e -> new BadInput(String.valueOf(e.getMessage())).at(line.number))
                .doOnComplete(() -> done(message));
    }

    /** The next message, waited for by the calling thread; null at the end. */
    @Nullable
    Message next() {
        Message message = message();
        if (message == null) {
            ended.tryEmitEmpty();
        }
        return message;
    }

    private void read(SynchronousSink<Line> sink) {
        try {
            Message message = message();
            if (message == null) {
                sink.complete();
            } else {
                room.acquire(weight(message));
                sink.next(new Line(message, null, read.get()));
            }
        } catch (BadInput | UncheckedIOException bad) {
            sink.next(new Line(null, bad, 0));
            sink.complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.complete();
        }
    }

    private @Nullable Message message() {
        try {
            Message message = reader.next();
            if (message != null) {
                shape.check(message);
                read.incrementAndGet();
            }
            return message;
        } catch (BadInput e) {
            throw e.at(read.get() + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void done(Message message) {
        room.release(weight(message));
        bytes.addAndGet(message.bytes());
        used.incrementAndGet();
    }

    private static int weight(Message message) {
        return (int) Math.min(MOST_BYTES, message.bytes() + 1);
    }

    /** Completes when no more comes. */
    Mono<Void> onEnd() {
        return ended.asMono();
    }

    /** How many messages were read and are not used yet; nobody misses those that come again and again. */
    long waiting() {
        return isEndless ? 0 : read.get() - used.get();
    }

    /** How many messages were used. */
    long used() {
        return used.get();
    }

    /** Their octets. */
    long bytes() {
        return bytes.get();
    }
}
