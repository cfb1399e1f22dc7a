package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A peer that is through with the handshake, sends and ends its stream, all while we are still at its last command. */
class EarlyEndTests {

    private static final Duration TIMEOUT = Rig.TIMEOUT;

    private final Rig rig = new Rig();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Has everything be read, and says when the end of the stream was. */
    private void watch(ZmtpConnection connection) {
        connection.channel().config().setAutoRead(true);
        connection.channel().pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                end.complete(null);
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                end.complete(null);
            }
        });
    }

    private RawPeer pusher() {
        RawPeer peer = rig.peer().sendGreeting("NULL", false, 1);
        peer.expectGreeting();
        return peer.sendReady("PUSH");
    }

    private Mono<Verdict> acceptAtTheEnd() {
        return Mono.fromFuture(end).thenReturn(Verdict.accept());
    }

    @Test
    void whatAPeerSentThatEndedWhileTheAuthenticatorWasAskedArrives() {
        rig.receive(Rig.pull()
                .mechanism(NullMechanism.create(peer -> acceptAtTheEnd()))
                .doOnInit(this::watch));

        pusher().writeMessage("sent").shutdownOutput();

        assertThat(rig.text()).isEqualTo("sent");
        assertThat(rig.end().reason()).isEqualTo(Reason.PEER);
    }

    @Test
    void aPeerThatIsRefusedAfterItsEndIsClosedAtOnce() {
        rig.receive(Rig.pull()
                .mechanism(NullMechanism.create(peer -> Mono.fromFuture(end).thenReturn(Verdict.refuse("no"))))
                .doOnInit(this::watch));

        pusher().writeMessage("sent").shutdownOutput();

        assertThat(rig.end().reason()).isEqualTo(Reason.HANDSHAKE);
        assertThat(rig.hasMessage()).isFalse();
    }

    @Test
    void aPeerThatEndsBeforeItHasSaidAllIsNoPeer() {
        rig.receive(Rig.pull().doOnInit(this::watch));

        rig.peer().sendGreeting("NULL", false, 1).shutdownOutput();

        assertThat(rig.end().reason()).isEqualTo(Reason.PEER);
    }

    @Test
    void aMessageThatIsCutBehindTheHandshakeIsToldAsCut() {
        rig.receive(Rig.pull()
                .mechanism(NullMechanism.create(peer -> acceptAtTheEnd()))
                .doOnInit(this::watch));

        pusher().write("00 05 'cut'").shutdownOutput();

        assertThat(rig.end().cause()).hasMessageContaining("the rest of a message");
    }

    @Test
    void whatWaitsIsNotSentToAPeerThatHasEndedButCounted() {
        rig.bind(ZmtpServer.create()
                .socketType(SocketType.DEALER)
                .mechanism(NullMechanism.create(peer -> acceptAtTheEnd()))
                .doOnInit(connection -> {
                    watch(connection);
                    connection.send(Message.of("late")).subscribe(sent -> {}, failed -> {});
                }));

        RawPeer peer = rig.peer().sendGreeting("NULL", false, 1);
        peer.expectGreeting();
        peer.sendReady("DEALER").write("04 07 04 'PING' 00 00").shutdownOutput();

        assertThat(rig.end()).isEqualTo(new Closed(Reason.PEER, null, 1, 6));
    }

    /** The server is through as soon as READY is written; the client has to open it yet. */
    @Test
    void whatACurveServerSentThatEndedWhileItsReadyWasOpenedArrives() {
        KeyPair server = KeyPair.generate();
        Binding binding = ZmtpServer.create()
                .socketType(SocketType.PUSH)
                .mechanism(CurveMechanism.server(server, Authenticator.anyone()))
                .handle(connection -> connection.send(Message.of("sent")).then(connection.close()))
                .bindNow("tcp://127.0.0.1:*");
        AtomicInteger steps = new AtomicInteger();
        Executor lastAtTheEnd = step -> {
            if (steps.incrementAndGet() < 3) {
                ForkJoinPool.commonPool().execute(step);
            } else {
                end.thenRunAsync(step);
            }
        };
        ZmtpConnection client = ZmtpClient.create()
                .socketType(SocketType.PULL)
                .mechanism(CurveMechanism.client(server.publicKey()))
                .handshakeScheduler(Schedulers.fromExecutor(lastAtTheEnd))
                .doOnInit(this::watch)
                .connect(binding.endpoint())
                .block(TIMEOUT);
        try {
            StepVerifier.create(client.receive().map(Message::text))
                    .expectNext("sent")
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(steps).hasValue(3);
        } finally {
            client.dispose();
            binding.dispose();
        }
    }
}
