package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.spring.core.CallFrame;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A peer whose calls end when it gives them up, and when it goes. */
final class Caller {

    private final ConnectedPeer peer;
    private final Map<Bytes, Work> calls = new ConcurrentHashMap<>();
    private boolean knows; // only by the thread that receives

    /** How many places its calls take that wait; guarded by the consumer. */
    int waiting;

    Caller(ConnectedPeer peer) {
        this.peer = peer;
    }

    ConnectedPeer peer() {
        return peer;
    }

    /** With its first call it learns that it may cancel. */
    void letKnow(Bytes id) {
        if (!knows) {
            knows = peer.offer(Message.of(id, Bytes.EMPTY, CallFrame.CANCELLABLE));
        }
    }

    void begin(Work work) {
        calls.putIfAbsent(work.call(), work);
    }

    /** It may have gone before it was known that it has begun. */
    void check(Work work) {
        if (peer.isDisposed()) {
            work.giveUp();
        }
    }

    void end(Work work) {
        calls.remove(work.call(), work);
    }

    void giveUp(Bytes id) {
        Work given = calls.get(id);
        if (given != null) {
            given.giveUp();
        }
    }

    void giveUpAll() {
        calls.values().forEach(Work::giveUp);
    }
}
