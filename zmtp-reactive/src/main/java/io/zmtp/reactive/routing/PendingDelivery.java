package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.pipe.Shield;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A message of which somebody wants to know what becomes of it. */
public final class PendingDelivery implements Delivery {

    final Message message;
    private final DeliveryLevel level;
    private final Function<PendingDelivery, Mono<Void>> send;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Sinks.Empty<Void> written = Sinks.empty();
    private final Sinks.Empty<Void> takenOver = Sinks.empty();
    private final Sinks.Empty<Void> done = Sinks.empty();

    /**
     * Makes one that is not sent yet.
     *
     * @param send sends it; what it returns completes when it is accepted
     */
    public PendingDelivery(Message message, DeliveryLevel level, Function<PendingDelivery, Mono<Void>> send) {
        this.message = message;
        this.level = level;
        this.send = send;
    }

    public Message message() {
        return message;
    }

    // ---- for the application

    @Override
    public Mono<Void> written() {
        return moment(written);
    }

    @Override
    public Mono<Void> takenOver() {
        return level == DeliveryLevel.NONE ? Mono.error(() -> tooLow(DeliveryLevel.TAKEN_OVER)) : moment(takenOver);
    }

    @Override
    public Mono<Void> done() {
        return level != DeliveryLevel.DONE ? Mono.error(() -> tooLow(DeliveryLevel.DONE)) : moment(done);
    }

    private ZmtpDeliveryException tooLow(DeliveryLevel needed) {
        return new ZmtpDeliveryException(
                ZmtpDeliveryException.Reason.NOT_ACKNOWLEDGED,
                "expected a socket with delivery level " + needed + ", at which peers say so, but it has " + level);
    }

    private Mono<Void> moment(Sinks.Empty<Void> sink) {
        return Shield.each(Mono.defer(() -> {
            if (begun.compareAndSet(false, true)) {
                send.apply(this).subscribe(accepted -> {}, this::fail);
            }
            return sink.asMono();
        }));
    }

    // ---- what becomes of it; without locks

    /** It went to the transport. */
    public void isWritten() {
        written.tryEmitEmpty();
    }

    void isTakenOver() {
        written.tryEmitEmpty();
        takenOver.tryEmitEmpty();
    }

    void isDone() {
        isTakenOver();
        done.tryEmitEmpty();
    }

    /** What has not come yet will not come. */
    void fail(Throwable why) {
        written.tryEmitError(why);
        takenOver.tryEmitError(why);
        done.tryEmitError(why);
    }
}
