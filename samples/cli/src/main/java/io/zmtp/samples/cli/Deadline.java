package io.zmtp.samples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channel;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Closes a channel that a thread waits on: when that takes too long, or the tool is to end. */
final class Deadline {

    private volatile boolean over;
    private volatile boolean stopped;

    boolean isOver() {
        return over;
    }

    boolean isStopped() {
        return stopped;
    }

    Watched watch(Channel channel, Mono<Void> stop) {
        return new Watched(channel, stop);
    }

    /** While it is watched. */
    final class Watched implements AutoCloseable {

        private final Channel channel;
        private final Mono<Void> stop;
        private final Disposable.Swap timer = Disposables.swap();
        private final Disposable stopping;

        private Watched(Channel channel, Mono<Void> stop) {
            this.channel = channel;
            this.stop = stop;
            this.stopping = stop.subscribe(nothing -> {}, error -> {}, () -> {
                stopped = true;
                end();
            });
        }

        /** The time begins now. */
        void begin(Duration most) {
            timer.update(Mono.delay(most).subscribe(tick -> {
                over = true;
                end();
            }));
        }

        /** Does nothing for so long, or until the tool is to end. */
        void pause(Duration duration) {
            timer.update(Disposables.disposed());
            Mono.firstWithSignal(Mono.delay(duration).then(), stop).block();
        }

        private void end() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            timer.dispose();
            stopping.dispose();
        }
    }
}
