package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.routing.Envelope;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request at a time, and its reply is the next one of the peer that was asked. A reply to a request that was
 * cancelled comes before, and is left out.
 */
final class InTurn implements Awaited {

    private final Map<Pipe, ArrayDeque<Exchange>> sent = new HashMap<>();
    private @Nullable Exchange current;

    @Override
    public Message seal(Message body) {
        return Envelope.request(body);
    }

    @Override
    public boolean mayAsk() {
        return current == null;
    }

    @Override
    public boolean owes(Pipe pipe) {
        ArrayDeque<Exchange> queue = sent.get(pipe);
        return queue != null && !queue.isEmpty();
    }

    @Override
    public void sent(Exchange exchange) {
        current = exchange;
        Pipe pipe = exchange.pipe;
        if (pipe != null) {
            exchange.behind = owes(pipe);
            sent.computeIfAbsent(pipe, first -> new ArrayDeque<>(2)).add(exchange);
        }
    }

    @Override
    public void unsent(Exchange exchange) {
        current = null;
        sent.getOrDefault(exchange.pipe, new ArrayDeque<>(0)).remove(exchange);
    }

    @Override
    public @Nullable Exchange answered(Pipe pipe, Message message) {
        ArrayDeque<Exchange> queue = sent.get(pipe);
        if (queue == null) {
            return null;
        }
        Exchange first = queue.peek();
        if (first == null || Envelope.reply(message) == null || first.peer != pipe.sender(message)) {
            return null;
        }
        queue.remove();
        if (first.cancelled) {
            return null;
        }
        current = null;
        return first;
    }

    @Override
    public Message open(Message reply) {
        return reply.skip(1);
    }

    /** If the peer did not answer behind a request that was cancelled before, it may never have answered that one. */
    @Override
    public boolean cancelled(Exchange exchange) {
        current = null;
        return exchange.behind;
    }

    @Override
    public List<Exchange> left(Pipe pipe) {
        ArrayDeque<Exchange> queue = sent.remove(pipe);
        Exchange waiting = current;
        if (queue == null || waiting == null || waiting.pipe != pipe) {
            return List.of();
        }
        current = null;
        return List.of(waiting);
    }

    @Override
    public int size() {
        return current == null ? 0 : 1;
    }
}
