package io.zmtp.spring.autoconfigure.loops;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties.Transport;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties.TransportType;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.resources.LoopResources;

class EventLoopsTests {

    private static final Transport AUTO = new Transport(TransportType.AUTO, 0, null);

    private final LoopResources shared = LoopResources.create("shared", 1, true);

    @AfterEach
    void dispose() {
        shared.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(30));
    }

    @Test
    void sharesTheApplicationsLoopsWithoutIoUring() {
        assertThat(EventLoops.of(AUTO, shared, false).loops()).isSameAs(shared);
    }

    /** Where io_uring can be found, the application's loops, and the library's, may be of it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void neverTakesIoUringUnasked(int threads) {
        EventLoops chosen = EventLoops.of(new Transport(TransportType.AUTO, threads, null), shared, true);
        try {
            LoopResources loops = chosen.loops();
            assertThat(loops).isNotNull().isNotSameAs(shared);
            for (boolean prefersNative : new boolean[] {true, false}) {
                assertNoIoUring(loops, loops.onClient(prefersNative));
                assertNoIoUring(loops, loops.onServer(prefersNative));
                assertNoIoUring(loops, loops.onServerSelect(prefersNative));
            }
        } finally {
            chosen.destroy();
        }
    }

    private static void assertNoIoUring(LoopResources loops, EventLoopGroup group) {
        assertThat(group)
                .isInstanceOfSatisfying(
                        IoEventLoopGroup.class,
                        io -> assertThat(io.next()
                                        .isIoType(Epoll.isAvailable() ? EpollIoHandler.class : NioIoHandler.class))
                                .isTrue());
        assertThat(loops.onChannelClass(SocketChannel.class, group).getSimpleName())
                .isEqualTo(Epoll.isAvailable() ? "EpollSocketChannel" : "NioSocketChannel");
    }
}
