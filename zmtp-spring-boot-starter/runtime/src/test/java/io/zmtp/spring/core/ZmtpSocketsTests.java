package io.zmtp.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ZmtpSocketsTests {

    private final Map<String, ZmtpSocket> beans = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final ZmtpSockets sockets = new ZmtpSockets(() -> {
        asked.incrementAndGet();
        return beans;
    });

    @Test
    void looksThroughTheBeansOnceForASocket() {
        PushSocket push = PushSocket.create();
        beans.put("out", push);
        for (int i = 0; i < 3; i++) {
            assertThat(sockets.get("out", PushSocket.class)).isSameAs(push);
        }
        assertThat(asked).hasValue(1);
        push.close().block(Duration.ofSeconds(5));
    }

    @Test
    void looksAgainForASocketThatWasNotThereAndForOneThatIsClosed() {
        assertThatThrownBy(() -> sockets.get("out")).isInstanceOf(ZmtpConfigurationException.class);
        PushSocket closed = PushSocket.create();
        beans.put("out", closed);
        assertThat(sockets.get("out")).isSameAs(closed);
        closed.close().block(Duration.ofSeconds(5));
        assertThat(sockets.get("out")).isSameAs(closed);
        PushSocket next = PushSocket.create();
        beans.put("out", next);
        assertThat(sockets.get("out")).isSameAs(next);
        next.close().block(Duration.ofSeconds(5));
    }

    @Test
    void prefersWhatWasAddedAndForgetsWhatWasRemoved() {
        PushSocket added = PushSocket.create();
        sockets.add("more", added);
        assertThat(sockets.get("more")).isSameAs(added);
        sockets.remove("more");
        assertThat(sockets.find("more")).isEmpty();
        added.close().block(Duration.ofSeconds(5));
    }
}
