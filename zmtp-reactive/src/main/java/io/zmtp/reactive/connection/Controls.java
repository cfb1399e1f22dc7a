package io.zmtp.reactive.connection;

import io.netty.channel.EventLoop;
import io.zmtp.reactive.wire.Frame;
import java.util.ArrayList;
import java.util.List;

/** The socket's frames on their way to the event loop, in the order in which any threads sent them. */
final class Controls {

    private final EventLoop loop;
    private final ZmtpHandler handler;
    private final List<Frame> waiting = new ArrayList<>(0);

    Controls(EventLoop loop, ZmtpHandler handler) {
        this.loop = loop;
        this.handler = handler;
    }

    void send(Frame frame) {
        synchronized (waiting) {
            waiting.add(frame);
            if (waiting.size() > 1) {
                return; // the others are on their way to the loop, and take it along
            }
            loop.execute(this::handOver);
        }
    }

    private void handOver() {
        List<Frame> frames;
        synchronized (waiting) {
            frames = List.copyOf(waiting);
            waiting.clear();
        }
        handler.control(frames);
    }
}
