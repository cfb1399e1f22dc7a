package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Each request has an id, which comes back with its reply: any number at a time. */
public final class Correlated implements Awaited {

    private int nextId = ThreadLocalRandom.current().nextInt();
    private final Map<Bytes, PendingRequest> sent = new HashMap<>();

    @Override
    public Message seal(Message body, Pipe pipe) {
        return Envelope.request(nextId++, body);
    }

    @Override
    public boolean mayAsk() {
        return true;
    }

    @Override
    public void sent(PendingRequest pending) {
        sent.put(pending.request().first(), pending);
    }

    @Override
    public void unsent(PendingRequest pending) {
        sent.remove(pending.request().first());
    }

    @Override
    public @Nullable PendingRequest answered(Pipe pipe, Message message) {
        if (message.size() < 3 || !message.part(1).isEmpty()) {
            return null;
        }
        PendingRequest pending = sent.get(message.first());
        if (pending == null || pending.pipe != pipe || pending.peer != pipe.sender(message)) {
            return null;
        }
        sent.remove(message.first());
        return pending;
    }

    @Override
    public Message open(PendingRequest pending, Message reply) {
        return reply.skip(2);
    }

    @Override
    public boolean cancelled(PendingRequest pending) {
        sent.remove(pending.request().first(), pending);
        return false;
    }

    @Override
    public List<PendingRequest> left(Pipe pipe) {
        List<PendingRequest> waiting = new ArrayList<>();
        sent.values().removeIf(pending -> pending.pipe == pipe && waiting.add(pending));
        return waiting;
    }

    @Override
    public Collection<PendingRequest> all() {
        return sent.values();
    }

    @Override
    public int size() {
        return sent.size();
    }
}
