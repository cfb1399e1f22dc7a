package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

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

    /** Has the bind cancelled when it is about to be done, on the event loop. */
    private static final class Cancelling extends ChannelDuplexHandler {

        final Sinks.Empty<Void> cancel = Sinks.empty();
        final CompletableFuture<SocketAddress> bound = new CompletableFuture<>();

        @Override
        public void bind(ChannelHandlerContext context, SocketAddress address, ChannelPromise promise) {
            cancel.tryEmitEmpty().orThrow();
            context.bind(address, promise);
            context.channel().closeFuture().addListener(closed -> bound.complete(address));
        }
    }

    private SocketAddress cancelled(String endpoint) throws Exception {
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Cancelling gate = new Cancelling();
        Hooks.onErrorDropped(dropped::add);
        try {
            StepVerifier.create(Listener.bind(Endpoint.parse(endpoint), loops, Map.of(), gate, channel -> {})
                            .takeUntilOther(gate.cancel.asMono()))
                    .expectComplete()
                    .verify(TIMEOUT);
            return gate.bound.get(30, TimeUnit.SECONDS);
        } finally {
            loops.onServer(true).next().submit(() -> {}).get(30, TimeUnit.SECONDS);
            Hooks.resetOnErrorDropped();
            assertThat(dropped).isEmpty();
        }
    }

    @Test
    void aBindThatIsCancelledClosesItsChannelAndDropsNoError() throws Exception {
        cancelled("tcp://127.0.0.1:*");
    }

    @Test
    void aBindThatIsCancelledRemovesTheDirectoryOfItsPath() throws Exception {
        assumeTrue(Addresses.isNative(loops), "Netty's native transport");
        Path directory =
                Path.of(((DomainSocketAddress) cancelled("ipc://*")).path()).getParent();
        for (int i = 0; i < 1000 && Files.exists(directory); i++) {
            Mono.delay(Duration.ofMillis(10)).block(TIMEOUT); // it is removed on another thread
        }
        assertThat(directory).doesNotExist();
    }
}
