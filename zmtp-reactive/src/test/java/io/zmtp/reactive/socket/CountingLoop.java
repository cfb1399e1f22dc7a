package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** One event loop, which tells how many channels were opened, and can be waited for. */
final class CountingLoop implements LoopResources {

    private final LoopResources one = LoopResources.create("counting", 1, true);
    private final AtomicInteger asked = new AtomicInteger();

    /** How often somebody began to connect or was accepted; it grows at once. */
    int attempts() {
        return asked.get();
    }

    /** Waits until the loop has done all that it was given, and what came of it. */
    void settle() {
        for (int i = 0; i < 3; i++) {
            EventLoopGroup group = one.onClient(LoopResources.DEFAULT_NATIVE);
            assertThat(group.next().submit(() -> {}).awaitUninterruptibly(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
        }
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return one.onServer(useNative);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return one.onClient(useNative);
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> channel, EventLoopGroup group) {
        asked.incrementAndGet();
        return one.onChannel(channel, group);
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channel, EventLoopGroup group) {
        return one.onChannelClass(channel, group);
    }

    @Override
    public Mono<Void> disposeLater() {
        return one.disposeLater();
    }

    @Override
    public void dispose() {
        one.dispose();
    }

    @Override
    public boolean isDisposed() {
        return one.isDisposed();
    }
}
