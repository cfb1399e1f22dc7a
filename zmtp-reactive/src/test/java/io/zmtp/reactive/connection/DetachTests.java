package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class DetachTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void givesBothEndsAwayBeforeTheFirstOctet() {
        Sinks.One<Channel> accepted = Sinks.one();
        Sinks.One<Channel> dialled = Sinks.one();
        Binding binding = opened.bind(
                pull().doOnInit(connection -> connection.detach().subscribe(accepted::tryEmitValue)),
                "tcp://127.0.0.1:*");
        StepVerifier.create(push().doOnInit(connection -> connection.detach().subscribe(dialled::tryEmitValue))
                        .connect(binding.endpoint()))
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        Channel here = dialled.asMono().block(TIMEOUT);
        Channel there = accepted.asMono().block(TIMEOUT);
        Text text = new Text();
        text.on(there);
        write(here, "plain text");
        text.expect("plain text");
        here.close().syncUninterruptibly();
        there.closeFuture().syncUninterruptibly();
    }

    @Test
    void goesOnWhenItIsGivenUpBeforeTheChannelIsThere() throws InterruptedException {
        Pair pair = opened.pair(pull(), push(), "tcp://127.0.0.1:*");
        AtomicBoolean isHeld = new AtomicBoolean();
        AtomicBoolean isGivenUp = new AtomicBoolean();
        Thread other = new Thread(() -> {
            while (!isHeld.get()) {
                Thread.onSpinWait();
            }
            pair.client().detach().subscribe().dispose();
            isGivenUp.set(true);
        });
        other.start();
        pair.client().channel().eventLoop().execute(() -> {
            isHeld.set(true);
            while (!isGivenUp.get()) {
                // Not onSpinWait, which is no call for an event loop.
            }
        });
        other.join(TIMEOUT.toMillis());

        StepVerifier.create(pair.server().receive())
                .then(() -> pair.client().send(Message.of("on")).block(TIMEOUT))
                .expectNext(Message.of("on"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void endsWithLocalAndLeavesTheChannelOpen() {
        AtomicInteger ends = new AtomicInteger();
        Pair pair = opened.pair(
                pull(), push().doOnDisconnected((c, closed) -> ends.incrementAndGet()), "tcp://127.0.0.1:*");
        Channel channel = pair.client().detach().block(TIMEOUT);
        assertThat(pair.client().onClose().block(TIMEOUT)).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
        pair.client().dispose();
        pair.client().close().block(TIMEOUT);
        StepVerifier.create(pair.client().send(Message.of("late")))
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        channel.eventLoop().submit(() -> {}).syncUninterruptibly();
        assertThat(channel.isOpen()).isTrue();
        assertThat(ends).hasValue(1);
        channel.close().syncUninterruptibly();
    }

    @Test
    void flushesWhatWasAcceptedBefore() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<ZmtpConnection> ready = Sinks.one();
            push().connect(listener.endpoint()).subscribe(ready::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                peer.handshakeNull("PULL");
                ZmtpConnection connection = ready.asMono().block(TIMEOUT);
                connection.write(Message.of("zmtp"));
                Channel channel = connection.detach().block(TIMEOUT);
                write(channel, "text");
                peer.expect("00 04 'zmtp' 'text'");
                channel.close().syncUninterruptibly();
            }
        }
    }

    @Test
    void givesTheOwnerFirstWhatNobodyReceived() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<ZmtpConnection> ready = Sinks.one();
            ZmtpClient.create()
                    .socketType(SocketType.PULL)
                    .connect(listener.endpoint())
                    .subscribe(ready::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                peer.handshakeNull("PUSH");
                ZmtpConnection connection = ready.asMono().block(TIMEOUT);
                peer.write("00 03 'one' 01 03 'two' 00 00 00 09 'half'");
                assertThat(connection.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("one"));
                connection.readable().filter(there -> there).blockFirst(TIMEOUT);
                Channel channel = connection.detach().block(TIMEOUT);
                Text text = new Text();
                text.on(channel);
                text.expect("\1\3two\0\0\0\11half");
                peer.write("'and more'");
                text.expect("\1\3two\0\0\0\11halfand more");
                channel.close().syncUninterruptibly();
            }
        }
    }

    @Test
    void isRefusedWhileSomebodyReceives() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        pair.server().receive().subscribe();
        StepVerifier.create(pair.server().detach())
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
        pair.client().send(Message.of("on")).block(TIMEOUT);
        assertThat(pair.server().isDisposed()).isFalse();
    }

    @Test
    void isRefusedAfterTheEnd() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        pair.client().close().block(TIMEOUT);
        StepVerifier.create(pair.client().detach())
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void isTakenUpAgainByBothEnds() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        pair.server().send(Message.of("nobody received this")).block(TIMEOUT);
        pair.client().readable().filter(there -> there).blockFirst(TIMEOUT);
        pair.client().receive().blockFirst(TIMEOUT);
        Channel here = pair.client().detach().block(TIMEOUT);
        Channel there = pair.server().detach().block(TIMEOUT);
        speaksAgain(here, there);
    }

    @Test
    void letsTheOwnerReadOnWhileItIsGivenTheFirst() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        pair.client().send(Message.of("kept")).block(TIMEOUT);
        pair.server().readable().filter(there -> there).blockFirst(TIMEOUT);
        Channel there = pair.server().detach().block(TIMEOUT);
        Channel here = pair.client().detach().block(TIMEOUT);
        Text text = new Text();
        text.readingOn(there);
        text.expect("\0\4kept");
        write(here, "more");
        text.expect("\0\4keptmore");
        assertThat(there.isOpen()).isTrue();
        here.close().syncUninterruptibly();
        there.close().syncUninterruptibly();
    }

    @Test
    void saysNothingMoreWhenGivenAwayOnceConnected() {
        Sinks.One<Channel> given = Sinks.one();
        try (RawListener listener = RawPeer.listen()) {
            push().doOnConnected(connection -> connection.detach().subscribe(given::tryEmitValue))
                    .connect(listener.endpoint())
                    .subscribe(connection -> {}, ended -> {});
            try (RawPeer peer = listener.accept()) {
                Channel channel = given.asMono().block(TIMEOUT);
                write(channel, "text");
                channel.close().syncUninterruptibly();
                assertThat(peer.readAll(TIMEOUT)).asString().isEqualTo("text");
            }
        }
    }

    @Test
    void isGivenAwayAfterTheHandshake() {
        Sinks.One<Channel> given = Sinks.one();
        try (RawListener listener = RawPeer.listen()) {
            ZmtpClient.create()
                    .socketType(SocketType.PULL)
                    .doOnReady(connection -> connection.detach().subscribe(given::tryEmitValue))
                    .connect(listener.endpoint())
                    .subscribe(connection -> {}, ended -> {});
            try (RawPeer peer = listener.accept()) {
                peer.sendGreeting("NULL", false, 1).expectGreeting();
                peer.write(
                        RawPeer.command(
                                "READY", RawPeer.property("Socket-Type", "PUSH".getBytes(StandardCharsets.US_ASCII))),
                        RawPeer.frame(0, new byte[] {'x'}));
                Text text = new Text();
                text.on(given.asMono().block(TIMEOUT));
                text.expect("\0\1x");
                given.asMono().block(TIMEOUT).close().syncUninterruptibly();
            }
        }
    }

    @Test
    void isRefusedWhenTheMechanismEncrypts() {
        Pair pair = opened.pair(
                pull().mechanism(new ToyMechanism()), push().mechanism(new ToyMechanism()), "tcp://127.0.0.1:*");
        StepVerifier.create(pair.client().detach())
                .expectError(UnsupportedOperationException.class)
                .verify(TIMEOUT);
        assertThat(pair.client().isDisposed()).isFalse();
    }

    private void speaksAgain(Channel here, Channel there) {
        ZmtpClient client = ZmtpClient.create().socketType(SocketType.PAIR);
        StepVerifier.create(Mono.zip(client.attach(here), client.attach(there)).flatMap(both -> {
                    opened.keep(both.getT1());
                    opened.keep(both.getT2());
                    return both.getT1()
                            .send(Message.of("again"))
                            .then(both.getT2().receive().next());
                }))
                .expectNext(Message.of("again"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static void write(Channel channel, String text) {
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1))
                .syncUninterruptibly();
    }

    /** Collects what a channel reads. */
    private static final class Text extends SimpleChannelInboundHandler<ByteBuf> {

        private final StringBuilder come = new StringBuilder();
        private final Sinks.Many<String> soFar = Sinks.many().replay().latest();
        private boolean asks;

        void on(Channel channel) {
            channel.pipeline().addLast(this);
            channel.config().setAutoRead(true);
        }

        /** Asks for each read, as soon as it has one. */
        void readingOn(Channel channel) {
            asks = true;
            channel.pipeline().addLast(this);
            channel.read();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf octets) {
            if (asks) {
                context.channel().read();
            }
            come.append(octets.toString(StandardCharsets.ISO_8859_1));

            soFar.tryEmitNext(come.toString());
        }

        void expect(String text) {
            StepVerifier.create(soFar.asFlux().filter(text::equals).next())
                    .expectNext(text)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }
}
