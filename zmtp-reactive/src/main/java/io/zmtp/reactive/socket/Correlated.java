package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.routing.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Each request has an id, which comes back with its reply: any number at a time. */
final class Correlated implements Awaited {

    private int nextId = ThreadLocalRandom.current().nextInt();
    private final Map<Bytes, Exchange> sent = new HashMap<>();

    @Override
    public Message seal(Message body, Pipe pipe) {
        return Envelope.request(nextId++, body);
    }

    @Override
    public boolean mayAsk() {
        return true;
    }

    @Override
    public void sent(Exchange exchange) {
        sent.put(exchange.request.first(), exchange);
    }

    @Override
    public void unsent(Exchange exchange) {
        sent.remove(exchange.request.first());
    }

    @Override
    public @Nullable Exchange answered(Pipe pipe, Message message) {
        if (message.size() < 3 || !message.part(1).isEmpty()) {
            return null;
        }
        Exchange exchange = sent.get(message.first());
        if (exchange == null || exchange.pipe != pipe || exchange.peer != pipe.sender(message)) {
            return null;
        }
        sent.remove(message.first());
        return exchange;
    }

    @Override
    public Message open(Exchange exchange, Message reply) {
        return reply.skip(2);
    }

    @Override
    public boolean cancelled(Exchange exchange) {
        sent.remove(exchange.request.first(), exchange);
        return false;
    }

    @Override
    public List<Exchange> left(Pipe pipe) {
        List<Exchange> waiting = new ArrayList<>();
        sent.values().removeIf(exchange -> exchange.pipe == pipe && waiting.add(exchange));
        return waiting;
    }

    @Override
    public int size() {
        return sent.size();
    }
}
