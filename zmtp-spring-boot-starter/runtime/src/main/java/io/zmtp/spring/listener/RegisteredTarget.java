package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Calls a listener that was registered while the application runs. It makes no replies itself: the application
 * may send one, also later.
 *
 * <p>The thread that has handled a message requests the next one, and is given it if it is there: one that handles a message
 * at a time then handles it as well, and is not changed for another thread each time. It does so when it has come back from
 * requesting: until then no other thread can hand out what the socket has received, not even to other listeners.
 */
final class RegisteredTarget implements ListenerTarget {

    private static final ThreadLocal<@Nullable Turn> HANDLING = new ThreadLocal<>();

    /** The target whose message the thread handles, and the next message, when that has come. */
    private static final class Turn {

        private final RegisteredTarget target;
        private @Nullable Runnable next;

        Turn(RegisteredTarget target) {
            this.target = target;
        }
    }

    private final ZmtpMessageListener listener;
    private final boolean oneAtATime;
    private final ZmtpMessageConverter converter;
    private final MimeType contentType;
    private final Scheduler blocking;

    RegisteredTarget(
            ZmtpMessageListener listener,
            boolean oneAtATime,
            ZmtpMessageConverter converter,
            MimeType contentType,
            Scheduler blocking) {
        this.listener = listener;
        this.oneAtATime = oneAtATime;
        this.converter = converter;
        this.contentType = contentType;
        this.blocking = blocking;
    }

    @Override
    public Flux<Message> handle(Incoming incoming, SocketType type, Map<String, String> variables, Work.Stay stay) {
        Mono<Message> calling = Mono.fromRunnable(() -> listener.on(incoming.message(), incoming.envelope()));
        Mono<Message> called = Observed.inScope(stay.of(Mono.fromDirect(Guard.of(calling))));
        Turn turn = HANDLING.get();
        return oneAtATime && turn != null && turn.target == this
                ? Mono.<Message>fromDirect(subscriber -> turn.next = () -> called.subscribe(subscriber))
                        .flux()
                : Mono.<Message>fromDirect(subscriber -> here(called, subscriber))
                        .subscribeOn(blocking)
                        .flux();
    }

    private void here(Mono<Message> called, Subscriber<? super Message> subscriber) {
        Turn turn = new Turn(this);
        HANDLING.set(turn);
        try {
            called.subscribe(subscriber);
            for (Runnable next = turn.next; next != null; next = turn.next) {
                turn.next = null;
                next.run();
            }
        } finally {
            HANDLING.remove();
        }
    }

    @Override
    public boolean mayReplyLater() {
        return true;
    }

    @Override
    public Message reply(Incoming incoming, Object payload) {
        return incoming.reply(converter.toMessage(payload, contentType));
    }
}
