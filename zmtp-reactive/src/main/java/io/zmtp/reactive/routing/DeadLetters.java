package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeadLetter;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.DropListener;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Where messages go that are not sent any more: to the handler of the options, or else into the log and the count of drops. */
final class DeadLetters {

    private static final PacedLog LOG = new PacedLog(DeadLetters.class);

    private final SocketType type;
    private final @Nullable Function<? super DeadLetter, ? extends Mono<Void>> handler;
    private final DropListener drops;

    DeadLetters(
            SocketType type, @Nullable Function<? super DeadLetter, ? extends Mono<Void>> handler, DropListener drops) {
        this.type = type;
        this.handler = handler;
        this.drops = drops;
    }

    /** A message is not sent any more; without locks. */
    void add(Sent sent, DeadLetter letter) {
        if (sent.delivery != null) {
            sent.delivery.fail(letter.failure());
        }
        if (handler == null) {
            LOG.warn("dead letter", type + " socket: " + letter);
            drop(letter.message());
            return;
        }
        Mono.defer(() -> handler.apply(letter)).subscribe(nothing -> {}, failure -> {
            LOG.warn("dead letter", type + " socket: " + letter + " could not be handed on", failure);
            drop(letter.message());
        });
    }

    private void drop(Message message) {
        drops.dropped(null, DropReason.DEAD_LETTER, List.of(message));
    }
}
