package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Replies go back to where their requests came from: to the same connection, with the same envelope. Those of one
 * envelope go in the order of their requests, because the peer cannot tell them apart otherwise; others go as they are made.
 */
public final class Replies extends Direct {

    private final Map<Request.Line, ArrayDeque<Request>> lines = new HashMap<>();
    private final Sinks.Empty<Void> idle = Sinks.empty();
    private int open;
    private boolean draining;

    public Replies(Overflow overflow, DropListener drops) {
        super(SocketType.REP, 0, overflow, drops);
    }

    /** A request came; called in the order of their coming. */
    public void begin(Request request) {
        synchronized (lock) {
            open++;
            Request.Line line = request.line();
            if (line != null) {
                lines.computeIfAbsent(line, first -> new ArrayDeque<>(2)).add(request);
            }
        }
    }

    /**
     * A request was answered; only the first answer counts.
     *
     * @param reply null if there is none
     * @return completes when the reply is on its way, or lost
     */
    public Mono<Void> answered(Request request, @Nullable Message reply) {
        Mono<Void> settled = Mono.empty();
        List<Request> done;
        boolean end;
        synchronized (lock) {
            if (request.answered) {
                return settled;
            }
            request.answered = true;
            request.reply = reply;
            done = takeDone(request);
            if (!done.contains(request)) {
                request.settled = request.settled == null ? Sinks.empty() : request.settled;
                settled = request.settled.asMono();
            }
            open -= done.size();
            end = draining && open == 0;
        }
        release();
        done.forEach(this::settle);
        if (end) {
            idle.tryEmitEmpty();
        }
        return settled;
    }

    /** Sends the replies whose turn it is; under the lock. */
    private List<Request> takeDone(Request request) {
        Request.Line line = request.line();
        if (line == null) {
            request.lost = request.reply != null;
            return List.of(request);
        }
        ArrayDeque<Request> queue = lines.get(line);
        List<Request> done = new ArrayList<>(1);
        for (Request next; queue != null && (next = queue.peek()) != null && next.answered; ) {
            queue.remove();
            done.add(next);
            // What its connection held is taken back when it has ended: nothing gets into the next one.
            next.lost = next.reply != null
                    && (next.pipe.present != next.from || !give(next.pipe, next.envelope.seal(next.reply), null));
        }
        if (queue != null && queue.isEmpty()) {
            lines.remove(line);
        }
        return done;
    }

    private void settle(Request request) {
        if (request.reply == null) {
            drops.dropped(request.pipe, DropReason.UNANSWERED, request.body);
        } else if (request.lost) {
            boolean gone = request.from == null || request.pipe.present != request.from;
            DropReason why = gone ? DropReason.PEER_GONE : DropReason.QUEUE_FULL;
            drops.dropped(request.pipe, why, request.reply);
        }
        if (request.settled != null) {
            request.settled.tryEmitEmpty();
        }
    }

    /** The peer has gone, and with it the replies that waited to be written. */
    public void left(Pipe pipe) {
        synchronized (lock) {
            pipes.remove(pipe);
        }
        drops.dropped(pipe, DropReason.PEER_GONE, pipe.takeBack());
    }

    /** As {@link #flush()}, when what is being answered now has been. */
    @Override
    public Mono<Void> drained() {
        return Mono.defer(() -> {
            boolean end;
            synchronized (lock) {
                draining = true;
                end = open == 0;
            }
            if (end) {
                idle.tryEmitEmpty();
            }
            return idle.asMono().then(flush());
        });
    }
}
