package io.zmtp.reactive.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel within this process, without a port and without a thread; for tests. Internal. The octets that one end has
 * written and the other has not read are bounded, as on a network.
 */
public final class MemoryChannel extends AbstractChannel implements MemoryEnd {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final int MAX_HELD_OCTETS = 64 * 1024;
    private static final byte[] END = {};

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private int held;
    private boolean reads;
    private boolean open = true;
    private @Nullable MemoryEnd far;

    /** An end that is not connected yet. */
    private MemoryChannel() {
        super(null);
        config.setAutoRead(false); // what comes waits for a handler
    }

    /** {@return two channels that are connected with each other, on one loop of their own} */
    public static List<MemoryChannel> pair() {
        MemoryChannel one = new MemoryChannel();
        MemoryChannel other = new MemoryChannel();
        one.far = other;
        other.far = one;
        MemoryLoop loop = new MemoryLoop();
        loop.register(one);
        loop.register(other);
        return List.of(one, other);
    }

    /** {@return a channel on a loop of its own, connected with something that is no channel} */
    public static MemoryChannel to(MemoryEnd far) {
        MemoryChannel channel = new MemoryChannel();
        channel.far = far;
        new MemoryLoop().register(channel);
        return channel;
    }

    // ---- as the other's end

    @Override
    public void octets(byte[] octets) {
        eventLoop().execute(() -> arrive(octets));
    }

    @Override
    public void ended() {
        eventLoop().execute(() -> arrive(END));
    }

    @Override
    public boolean isFull() {
        return held >= MAX_HELD_OCTETS;
    }

    @Override
    public void hasRoom() {
        eventLoop().execute(() -> ((MemoryUnsafe) unsafe()).resume());
    }

    private void arrive(byte[] octets) {
        if (open) {
            arrived.add(octets);
            held += octets.length;
            deliver();
        }
    }

    private void deliver() {
        while (reads && open) {
            byte[] octets = arrived.poll();
            if (octets == null) {
                return;
            }
            if (octets == END) {
                unsafe().close(voidPromise());
                return;
            }
            reads = false;
            held -= octets.length;
            pipeline().fireChannelRead(Unpooled.wrappedBuffer(octets));
            pipeline().fireChannelReadComplete();
            if (far != null) {
                far.hasRoom();
            }
        }
    }

    // ---- what Netty asks

    private final class MemoryUnsafe extends AbstractUnsafe {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException(
                    "channel in memory: expected no connect, but it is connected already"));
        }

        void resume() {
            if (open) {
                flush0();
            }
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new MemoryUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof MemoryLoop;
    }

    @Override
    protected void doBeginRead() {
        reads = true;
        eventLoop().execute(this::deliver);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer waiting) {
        MemoryEnd to = far;
        while (to != null && !waiting.isEmpty() && !to.isFull()) {
            to.octets(ByteBufUtil.getBytes((ByteBuf) waiting.current()));
            waiting.remove();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException(
                "channel in memory: expected octets, but they are " + message.getClass());
    }

    @Override
    protected void doClose() {
        open = false;
        arrived.clear();
        MemoryEnd to = far;
        if (to != null) {
            to.ended();
        }
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("channel in memory: expected no bind, as it has no address");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return null;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && isRegistered();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
