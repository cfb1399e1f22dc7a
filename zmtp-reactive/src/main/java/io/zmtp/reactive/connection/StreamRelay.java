package io.zmtp.reactive.connection;

import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A relay is a stream that is received here and sent there; its demand is the target's room. */
final class StreamRelay implements Relay {

    private final AtomicLong bytes = new AtomicLong();
    private final Sinks.Empty<Void> complete = Sinks.empty();
    private final Disposable stream;

    StreamRelay(ZmtpConnection source, ZmtpConnection target, long maxBytes) {
        stream = target.send(source.receive().takeUntil(message -> {
                    long passed = bytes.addAndGet(FrameEncoder.size(message));
                    return maxBytes > 0 && passed >= maxBytes;
                }))
                .subscribe(done -> {}, complete::tryEmitError, complete::tryEmitEmpty);
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public Mono<Void> onComplete() {
        return Shield.each(complete.asMono());
    }

    @Override
    public void dispose() {
        stream.dispose();
        complete.tryEmitEmpty();
    }

    @Override
    public boolean isDisposed() {
        return stream.isDisposed();
    }
}
