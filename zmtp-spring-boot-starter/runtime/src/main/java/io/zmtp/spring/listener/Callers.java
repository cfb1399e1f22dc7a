package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** The callers among the peers of a ROUTER, from the first call of each until it goes. */
final class Callers {

    private final ZmtpSocket socket;

    /** By the record that each connection has of its own, however equal. */
    private final IdentityHashMap<Peer, Caller> known = new IdentityHashMap<>();

    Callers(ZmtpSocket socket) {
        this.socket = socket;
    }

    /** Whose message that is; null if it has gone already. */
    @Nullable
    Caller of(Message message) {
        Peer from = message.peer().orElse(null);
        Caller caller;
        synchronized (known) {
            caller = known.get(from);
        }
        return caller != null || from == null ? caller : find(from);
    }

    @SuppressWarnings("ReferenceEquality")
    private @Nullable Caller find(Peer from) {
        for (ConnectedPeer each : socket.peers()) {
            if (each.peer() == from) {
                Caller caller = new Caller(each);
                synchronized (known) {
                    known.put(from, caller);
                }
                each.onClose().subscribe(closed -> left(from, caller));
                return caller;
            }
        }
        return null;
    }

    private void left(Peer peer, Caller caller) {
        synchronized (known) {
            known.remove(peer);
        }
        caller.giveUpAll();
    }
}
