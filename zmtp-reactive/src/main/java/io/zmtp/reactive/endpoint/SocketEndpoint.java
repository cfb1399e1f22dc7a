package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** One endpoint of a socket: bound, or connected. */
public abstract class SocketEndpoint implements Disposable {

    /** With the port that was picked. */
    public abstract Endpoint endpoint();

    public abstract boolean isBound();

    /** Has the connections end after writing; new ones are not made. Completes when they have ended. */
    public abstract Mono<Void> leave();

    /**
     * Ends everything now.
     *
     * @return what was held, and is lost
     */
    public abstract Closed drop(ZmtpClosedException reason);

    /** Completes when nothing is open any more. */
    public abstract Mono<Void> onEnd();

    /** Lets what is accepted be written for so long, then ends everything; {@code lost} hears of what was held then. */
    public Mono<Void> close(Duration linger, Consumer<Closed> lost) {
        Mono<Void> left =
                linger.isZero() ? Mono.empty() : leave().onErrorComplete().timeout(linger, Mono.empty());
        return left.then(Mono.defer(() -> {
            lost.accept(dropNow());
            return onEnd();
        }));
    }

    @Override
    public void dispose() {
        dropNow();
    }

    /** As {@link #drop}, for the ordinary reason. */
    public final Closed dropNow() {
        return drop(new ZmtpClosedException(
                endpoint() + ": no longer " + (isBound() ? "bound" : "connected"),
                new Closed(Closed.Reason.LOCAL, null, 0, 0)));
    }
}
