package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.testing.ChannelLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Whoever cancels as it opens leaves nothing open that nobody has. */
class DeliveryTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Swap attempt = Disposables.swap();
    private final ChannelLoops loops = new ChannelLoops(CancelledWhenConnected::new);

    @AfterEach
    void close() {
        loops.dispose();
    }

    /** The connection stands, and in that very moment its subscriber cancels. */
    private final class CancelledWhenConnected extends NioSocketChannel {

        @Override
        protected void doFinishConnect() throws Exception {
            super.doFinishConnect();
            attempt.dispose();
        }
    }

    @Test
    void aChannelIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) TIMEOUT.toMillis());
            Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + server.getLocalPort());
            attempt.update(Dialer.dial(endpoint, loops, TIMEOUT, Map.of(), null, null)
                    .subscribe(channel -> {}, failure -> {}));
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout((int) TIMEOUT.toMillis());
                assertThat(accepted.getInputStream().read()).as("the end").isEqualTo(-1);
            }
        }
    }

    /** What is emitted downstream belongs to whoever is there, and its cancel comes too late for us. */
    @Test
    void aChannelThatWasDeliveredStaysOpen() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + server.getLocalPort());
            Sinks.One<Channel> kept = Sinks.one();
            Disposable using = Dialer.dial(endpoint, Loops.SHARED, TIMEOUT, Map.of(), null, null)
                    .doOnNext(kept::tryEmitValue)
                    .then(Mono.never())
                    .subscribe();
            Channel channel = kept.asMono().block(TIMEOUT);
            using.dispose();
            assertThat(channel.eventLoop().submit(channel::isOpen).get(30, TimeUnit.SECONDS))
                    .isTrue();
            channel.close().syncUninterruptibly();
        }
    }

    /** A subscriber that closes what it gets, also when it has cancelled. */
    private static <T> Disposable closing(Mono<T> opening, Consumer<? super T> close) {
        return opening.subscribeWith(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(T open) {
                close.accept(open);
            }

            @Override
            protected void hookOnError(Throwable failure) {
                // nothing is open
            }
        });
    }

    @Test
    void noneOfManyStaysOpen() throws Exception {
        Sinks.Many<Channel> all = Sinks.many().unicast().onBackpressureBuffer();
        Listener listener = Listener.bind(
                        Endpoint.parse("tcp://127.0.0.1:*"),
                        Loops.SHARED,
                        Map.of(),
                        new ChannelInboundHandlerAdapter(),
                        channel -> {
                            channel.config().setAutoRead(true); // to hear of the end
                            all.tryEmitNext(channel);
                        })
                .block(TIMEOUT);
        int count = 300;
        for (int i = 0; i < count; i++) {
            Disposable dialling = closing(
                    Dialer.dial(listener.endpoint(), Loops.SHARED, TIMEOUT, Map.of(), null, null), Channel::close);
            LockSupport.parkNanos(i * 2000L);
            dialling.dispose();
        }
        listener.close().block(TIMEOUT);
        all.tryEmitComplete();
        all.asFlux()
                .flatMap(channel -> Mono.create(sink -> channel.closeFuture().addListener(closed -> sink.success())))
                .then()
                .block(TIMEOUT);
    }

    @Test
    void noEndpointStaysBound(@TempDir Path directory) {
        for (int i = 0; i < 100; i++) {
            Path file = directory.resolve("" + i);
            Disposable binding = closing(
                    Listener.bind(
                            Endpoint.ofIpc(file.toString()),
                            Loops.SHARED,
                            Map.of(),
                            new ChannelInboundHandlerAdapter(),
                            Channel::close),
                    bound -> bound.close().subscribe());
            LockSupport.parkNanos(i * 5000L);
            binding.dispose();
        }
        Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .onBackpressureDrop()
                .map(tick -> countFiles(directory))
                .filter(files -> files == 0)
                .blockFirst(TIMEOUT);
    }

    private static long countFiles(Path directory) {
        try (var files = Files.list(directory)) {
            return files.count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
