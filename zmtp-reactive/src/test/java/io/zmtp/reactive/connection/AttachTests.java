package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class AttachTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void speaksOnAChannelThatNettyOpened() {
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect("127.0.0.1", binding.endpoint().port())
                    .syncUninterruptibly()
                    .channel();
            ZmtpConnection connection = opened.keep(push().attach(channel).block(TIMEOUT));
            assertThat(connection.endpoint()).isEqualTo(binding.endpoint());
            connection.send(Message.of("attached")).block(TIMEOUT);
            StepVerifier.create(Opened.first(binding).receive().take(1))
                    .expectNext(Message.of("attached"))
                    .expectComplete()
                    .verify(TIMEOUT);
            opened.close();
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void speaksInMemory() {
        EmbeddedChannel channel = new EmbeddedChannel();
        List<ZmtpConnection> ready = new ArrayList<>();
        push().attach(channel).subscribe(ready::add);
        channel.writeInbound(Unpooled.wrappedBuffer(RawPeer.greeting("NULL", false, 1)));
        assertThat(ready).isEmpty();
        channel.writeInbound(Unpooled.wrappedBuffer(
                RawPeer.command("READY", RawPeer.property("Socket-Type", new byte[] {'P', 'U', 'L', 'L'}))));
        channel.runPendingTasks();
        assertThat(ready).hasSize(1);
        written(channel);
        ready.get(0).send(Message.of("in", "memory")).subscribe();
        channel.runPendingTasks();
        assertThat(written(channel)).isEqualTo(Hex.of(Hex.parse("01 02 'in' 00 06 'memory'")));
        ready.get(0).dispose();
        channel.runPendingTasks();
        StepVerifier.create(ready.get(0).onClose())
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        channel.finishAndReleaseAll();
    }

    @Test
    void failsOnAChannelThatIsClosed() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.close();
        StepVerifier.create(push().attach(channel)).expectError().verify(TIMEOUT);
        channel.finishAndReleaseAll();
    }

    private static String written(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf octets; (octets = channel.readOutbound()) != null; ) {
            all.writeBytes(octets);
            octets.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return Hex.of(bytes);
    }
}
