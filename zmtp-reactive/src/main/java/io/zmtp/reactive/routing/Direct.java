package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.pipe.DropListener;

/** A rule under which nobody waits here: a message goes to its pipe at once, or waits elsewhere. */
abstract class Direct extends Outgoing {

    Direct(SocketType type, int parts, Overflow overflow, DropListener drops) {
        super(type, parts, overflow, drops);
    }

    @Override
    protected boolean tryGive(Message message) {
        throw new UnsupportedOperationException("goes to a pipe directly");
    }

    @Override
    protected long room() {
        return Long.MAX_VALUE;
    }
}
