package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

/** How peers are accepted that come together. */
class ListenerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PEERS = 50;

    private final LoopResources loops = LoopResources.create("listener", 1, true);
    private final List<SocketChannel> peers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (SocketChannel peer : peers) {
            peer.close();
        }
        loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
    }

    /** Sees what is accepted, and counts the turns of the loop in which that was. */
    private static final class Gate extends ChannelInboundHandlerAdapter {

        final CountDownLatch accepted = new CountDownLatch(PEERS);

        /** On the event loop. */
        int turns;

        private boolean inTurn;

        @Override
        public void channelRead(ChannelHandlerContext context, Object channel) {
            if (!inTurn) {
                inTurn = true;
                turns++;
                context.channel().eventLoop().execute(() -> inTurn = false);
            }
            accepted.countDown();
            context.fireChannelRead(channel);
        }
    }

    @Test
    void acceptsThoseThatWaitInOneTurnOfTheEventLoop() throws Exception {
        assumeTrue(Addresses.isNative(loops), "Netty's native transport");
        Gate gate = new Gate();
        Listener listener = Listener.bind(Endpoint.parse("tcp://127.0.0.1:*"), loops, Map.of(), gate, channel -> {})
                .block(TIMEOUT);
        assertThat(listener).isNotNull();
        EventLoop loop = listener.channel().eventLoop();
        InetSocketAddress address = (InetSocketAddress) listener.channel().localAddress();

        loop.submit(
                        () -> { // nobody is accepted before all wait
                            for (int i = 0; i < PEERS; i++) {
                                SocketChannel peer = SocketChannel.open();
                                peers.add(peer);
                                peer.configureBlocking(false);
                                peer.connect(address);
                            }
                            return null;
                        })
                .get(30, TimeUnit.SECONDS);

        assertThat(gate.accepted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.submit(() -> gate.turns).get(30, TimeUnit.SECONDS)).isOne();
        listener.close().block(TIMEOUT);
    }
}
