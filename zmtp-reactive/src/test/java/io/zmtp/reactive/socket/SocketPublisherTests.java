package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.PublisherContract;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The contract of publishers, for those of sockets. */
class SocketPublisherTests {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private static String fresh() {
        return "inproc://publishers-" + NUMBERS.incrementAndGet();
    }

    private RepSocket echo() {
        RepSocket rep = sockets.open(RepSocket::create);
        sockets.add(rep.serve(Mono::just).subscribe());
        return rep;
    }

    private static void asks(ReqSocket req) {
        String text = "last" + NUMBERS.incrementAndGet();
        assertThat(req.request(text).timeout(TIMEOUT).block()).isEqualTo(Message.of(text));
    }

    // ---- requests

    @Nested
    class RequestsThatWait implements PublisherContract {

        private final ReqSocket req = sockets.open(ReqSocket::create);

        @Override
        public Publisher<?> publisher() {
            return req.request("?");
        }

        @Override
        public void signal() {
            if (req.endpoints().isEmpty()) {
                req.connectNow(echo().bindNow(fresh()));
            }
        }

        @Override
        public void works() {
            signal();
            asks(req);
        }
    }

    @Nested
    @ParameterizedClass
    @CsvSource({
        ", false, tcp://127.0.0.1:*",
        ", true, tcp://127.0.0.1:*",
        ", false, inproc",
        "true, false, tcp://127.0.0.1:*",
        "true, false, inproc"
    })
    class RequestsThatAreAnswered implements PublisherContract {

        @Parameter(0)
        private Boolean correlate;

        @Parameter(1)
        private boolean binds;

        @Parameter(2)
        private String endpoint;

        private ReqSocket req;

        private ReqSocket req() {
            if (req == null) {
                req = sockets.open(
                        ReqSocket::create, options -> correlate == null ? options : options.correlate(correlate));
                String at = endpoint.equals("inproc") ? fresh() : endpoint;
                if (binds) {
                    echo().connectNow(req.bindNow(at));
                } else {
                    req.connectNow(echo().bindNow(at));
                }
            }
            return req;
        }

        @Override
        public Publisher<?> publisher() {
            return req().request("?");
        }

        @Override
        public void works() {
            asks(req());
        }
    }

    @Nested
    class Serve implements PublisherContract {

        private final RepSocket rep = sockets.open(RepSocket::create);
        private final Endpoint at = rep.bindNow(fresh());

        @Override
        public Publisher<?> publisher() {
            return rep.serve(Mono::just);
        }

        @Override
        public void signal() {
            rep.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }

        @Override
        public boolean isExclusive() {
            return true;
        }

        @Override
        public void works() {
            sockets.add(rep.serve(Mono::just).subscribe());
            ReqSocket req = sockets.open(ReqSocket::create);
            req.connectNow(at);
            asks(req);
        }
    }

    // ---- receiving

    enum Receiving {
        PULL(PullSocket::create, PushSocket::create),
        GATHER(GatherSocket::create, ScatterSocket::create),
        SUB(SubSocket::create, PubSocket::create),
        SUB_BY_PREFIX(SubSocket::create, PubSocket::create),
        XSUB(XSubSocket::create, XPubSocket::create),
        XPUB(XPubSocket::create, XSubSocket::create),
        DISH(DishSocket::create, RadioSocket::create),
        DEALER(DealerSocket::create, DealerSocket::create),
        ROUTER(RouterSocket::create, DealerSocket::create),
        PAIR(PairSocket::create, PairSocket::create),
        CHANNEL(ChannelSocket::create, ChannelSocket::create),
        CLIENT(ClientSocket::create, ServerSocket::create),
        SERVER(ServerSocket::create, ClientSocket::create),
        PEER(PeerSocket::create, PeerSocket::create);

        private final Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> ours;
        private final Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> theirs;

        Receiving(
                Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> ours,
                Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> theirs) {
            this.ours = ours;
            this.theirs = theirs;
        }

        Message message(String text) {
            return this == DISH ? Message.of("t", text) : Message.of("t" + text);
        }
    }

    @Nested
    @ParameterizedClass
    @EnumSource
    class Receive implements PublisherContract {

        @Parameter
        private Receiving kind;

        private ZmtpSocket ours;
        private ZmtpSocket theirs;

        private Flux<Message> receive() {
            if (ours == null) {
                ours = sockets.open(kind.ours);
                theirs = sockets.open(kind.theirs);
                if (ours instanceof DishSocket dish) {
                    dish.join("t");
                } else if (kind == Receiving.SUB) {
                    ((SubSocket) ours).subscribe("t");
                } else if (ours instanceof XSubSocket xsub) {
                    xsub.send(Message.of("\u0001t")).block(TIMEOUT);
                }
                ours.connectNow(theirs.bindNow("tcp://127.0.0.1:*"));
                Sockets.awaitPeers(theirs, 1);
                if (theirs instanceof PublishingSocket publisher && kind != Receiving.SUB_BY_PREFIX) {
                    publisher.awaitSubscribers("t", 1).block(TIMEOUT);
                }
            }
            return kind == Receiving.SUB_BY_PREFIX ? ((SubSocket) ours).receive("t") : ((Receiver) ours).receive();
        }

        private void send(String text) {
            theirs.peers().get(0).send(kind.message(text)).block(TIMEOUT);
        }

        @Override
        public Publisher<?> publisher() {
            return receive();
        }

        @Override
        public void signal() {
            send("signal");
        }

        @Override
        public boolean isExclusive() {
            return kind != Receiving.SUB_BY_PREFIX;
        }

        @Override
        public void works() {
            String text = "last" + NUMBERS.incrementAndGet();
            Mono<String> came = receive()
                    .map(Message::text)
                    .filter(each -> each.contains(text))
                    .next();
            Mono<Void> sent = Mono.fromRunnable(() -> send(text));
            assertThat(Mono.when(came, sent).timeout(TIMEOUT).thenReturn(true).block())
                    .isTrue();
        }
    }

    // ---- sending

    enum Sending {
        PUSH(PushSocket::create, PullSocket::create),
        SCATTER(ScatterSocket::create, GatherSocket::create),
        DEALER(DealerSocket::create, DealerSocket::create),
        PAIR(PairSocket::create, PairSocket::create),
        CHANNEL(ChannelSocket::create, ChannelSocket::create),
        CLIENT(ClientSocket::create, ServerSocket::create),
        /** To a peer whose queue is full. */
        ROUTER(options -> RouterSocket.create(all -> options.apply(all.mandatory())), DealerSocket::create),
        SERVER(ServerSocket::create, ClientSocket::create),
        PEER(PeerSocket::create, PeerSocket::create),
        /** Past the rule of its socket. */
        SOCKET_PEER(PubSocket::create, SubSocket::create),
        WAITING_PUB(options -> PubSocket.create(all -> options.apply(all.noDrop())), SubSocket::create);

        private final Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> ours;
        private final Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> theirs;

        Sending(
                Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> ours,
                Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> theirs) {
            this.ours = ours;
            this.theirs = theirs;
        }
    }

    /** Senders that wait, because a peer does not receive. */
    @Nested
    @ParameterizedClass
    @CsvSource({
        "PUSH, false",
        "SCATTER, false",
        "DEALER, false",
        "PAIR, false",
        "CHANNEL, false",
        "CLIENT, false",
        "ROUTER, false",
        "SERVER, false",
        "PEER, false",
        "SOCKET_PEER, false",
        "WAITING_PUB, false",
        "PUSH, true",
        "SCATTER, true",
        "DEALER, true",
        "PAIR, true",
        "CHANNEL, true",
        "CLIENT, true",
        "ROUTER, true",
        "SERVER, true",
        "PEER, true",
        "WAITING_PUB, true"
    })
    class Send implements PublisherContract {

        @Parameter(0)
        private Sending kind;

        @Parameter(1)
        private boolean many;

        private ZmtpSocket ours;
        private ZmtpSocket theirs;
        private boolean receiving;

        private Mono<Void> send(String text) {
            if (ours == null) {
                ours = sockets.open(kind.ours, options -> options.sendHwm(1).recvHwm(1));
                theirs = sockets.open(
                        options -> kind.theirs.apply(all -> options.apply(all).recvHwm(1)));
                if (theirs instanceof SubSocket sub) {
                    sub.subscribe("");
                }
                theirs.connectNow(ours.bindNow(fresh()));
                Sockets.awaitPeers(ours, 1);
                if (ours instanceof PubSocket pub) {
                    pub.awaitSubscribers("", 1).block(TIMEOUT);
                }
                fill();
            }
            if (kind == Sending.SOCKET_PEER) {
                return ours.peers().get(0).send(Message.of(text));
            }
            Bytes id =
                    ours.peers().isEmpty() ? Bytes.EMPTY : ours.peers().get(0).routingId();
            Message message = id.isEmpty() ? Message.of(text) : Message.of(text).prepend(id);
            Sender sender = (Sender) ours;
            return many ? sender.send(Flux.just(message)) : sender.send(message);
        }

        /** Over inproc a message is accepted in the call that sends it, or waits. */
        private void fill() {
            CompletableFuture<Void> sent;
            do {
                sent = send("fill").toFuture();
            } while (sent.isDone());
            sent.cancel(true);
        }

        @Override
        public Publisher<?> publisher() {
            return send("some");
        }

        /** From now on the peer receives. */
        @Override
        public void signal() {
            if (!receiving) {
                receiving = true;
                sockets.add(((Receiver) theirs).receive().subscribe());
            }
        }

        @Override
        public void works() {
            signal();
            assertThat(send("last").timeout(TIMEOUT).thenReturn(true).block()).isTrue();
        }
    }

    @Nested
    class AwaitSubscribers implements PublisherContract {

        private final PubSocket pub = sockets.open(PubSocket::create);
        private final Endpoint at = pub.bindNow(fresh());

        @Override
        public Publisher<?> publisher() {
            return pub.awaitSubscribers("t", 1);
        }

        @Override
        public void signal() {
            SubSocket sub = sockets.open(SubSocket::create);
            sub.subscribe("t");
            sub.connectNow(at);
        }

        @Override
        public void works() {
            signal();
            pub.awaitSubscribers("t", 1).block(TIMEOUT);
        }
    }

    @Nested
    @ParameterizedClass
    @CsvSource({"inproc", "tcp"})
    class Flush implements PublisherContract {

        @Parameter
        private String transport;

        private PushSocket push;
        private PullSocket pull;

        private PushSocket push() {
            if (push == null) {
                push = sockets.open(PushSocket::create);
                pull = sockets.open(PullSocket::create);
                Endpoint at = pull.bindNow(transport.equals("tcp") ? "tcp://127.0.0.1:*" : fresh());
                pull.unbind(at).block(TIMEOUT);
                push.connectNow(at);
                push.send("held").block(TIMEOUT);
            }
            return push;
        }

        @Override
        public Publisher<?> publisher() {
            return push().flush();
        }

        @Override
        public void signal() {
            if (pull.endpoints().isEmpty()) {
                pull.bindNow(push.endpoints().get(0).toString());
            }
        }

        @Override
        public void works() {
            signal();
            push.send("last").then(push.flush()).block(TIMEOUT);
            assertThat(Sockets.receive(pull, 2)).containsExactly("held", "last");
        }
    }

    // ---- endpoints

    abstract class Endpoints implements PublisherContract {

        final PullSocket pull = sockets.open(PullSocket::create);

        @Override
        public void works() {
            PushSocket push = sockets.open(PushSocket::create);
            push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
            push.send("last").block(TIMEOUT);
            assertThat(Sockets.receive(pull)).isEqualTo("last");
        }
    }

    @Nested
    class Bind extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return pull.bind("tcp://127.0.0.1:*");
        }
    }

    @Nested
    class BindInproc extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return Mono.defer(() -> pull.bind(fresh()));
        }
    }

    @Nested
    class Connect extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return pull.connect("tcp://127.0.0.1:9");
        }
    }

    @Nested
    class Unbind extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return Mono.defer(() -> pull.unbind(pull.bindNow(fresh())));
        }
    }

    @Nested
    class Disconnect extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return Mono.defer(() -> pull.disconnect(pull.connectNow(fresh())));
        }
    }

    @Nested
    class ConnectAll extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return pull.connectAll(Flux.just(Set.of(Endpoint.parse("inproc://nobody"))));
        }
    }

    @Nested
    class ConnectEach extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return pull.connectEach("tcp://localhost:9", Duration.ofHours(1));
        }

        @Override
        public void signal() {
            pull.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }
    }

    @Nested
    class ConnectPeer implements PublisherContract {

        private final PeerSocket peer = sockets.open(PeerSocket::create);

        @Override
        public Publisher<?> publisher() {
            return peer.connectPeer("tcp://127.0.0.1:9");
        }

        @Override
        public void works() {
            PeerSocket other = sockets.open(PeerSocket::create);
            Bytes id = peer.connectPeer(other.bindNow(fresh())).block(TIMEOUT);
            peer.send(Message.of(id, Bytes.utf8("last"))).block(TIMEOUT);
            assertThat(other.receive()
                            .next()
                            .map(message -> message.part(1).utf8())
                            .block(TIMEOUT))
                    .isEqualTo("last");
        }
    }

    @Nested
    class ConnectNamed implements PublisherContract {

        private final RouterSocket router = sockets.open(RouterSocket::create);

        @Override
        public Publisher<?> publisher() {
            return Mono.defer(() -> router.connect(fresh(), Bytes.utf8("them" + NUMBERS.incrementAndGet())));
        }

        @Override
        public void works() {
            DealerSocket dealer = sockets.open(DealerSocket::create);
            router.connect(dealer.bindNow(fresh()), Bytes.utf8("last")).block(TIMEOUT);
            router.send("last", "text").block(TIMEOUT);
            assertThat(Sockets.receive(dealer)).isEqualTo("text");
        }
    }

    // ---- life

    @Nested
    class Close extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return pull.close();
        }

        @Override
        public void works() {
            pull.onClose().block(TIMEOUT);
        }
    }

    @Nested
    class OnClose extends Endpoints {

        @Override
        public Publisher<?> publisher() {
            return pull.onClose();
        }

        @Override
        public void signal() {
            pull.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }
    }

    abstract class Watching extends Endpoints {

        private final Endpoint at = pull.bindNow(fresh());

        /** A peer joins. */
        @Override
        public void signal() {
            sockets.open(PushSocket::create).connectNow(at);
        }
    }

    @Nested
    class Monitor extends Watching {

        @Override
        public Publisher<?> publisher() {
            return pull.monitor();
        }
    }

    @Nested
    class OnPeer extends Watching {

        @Override
        public Publisher<?> publisher() {
            return pull.onPeer();
        }
    }

    @Nested
    class OnCloseOfAPeer extends Watching {

        private final ConnectedPeer peer = join();

        private ConnectedPeer join() {
            super.signal();
            Sockets.awaitPeers(pull, 1);
            return pull.peers().get(0);
        }

        @Override
        public Publisher<?> publisher() {
            return peer.onClose();
        }

        @Override
        public void signal() {
            peer.dispose();
        }
    }

    // ---- what is built of sockets

    @Nested
    class Run implements PublisherContract {

        private final PullSocket front = sockets.open(PullSocket::create);
        private final PushSocket back = sockets.open(PushSocket::create);
        private final PushSocket source = sockets.open(PushSocket::create);
        private final PullSocket sink = sockets.open(PullSocket::create);
        private ZmtpProxy proxy;

        Run() {
            source.connectNow(front.bindNow(fresh()));
            back.connectNow(sink.bindNow(fresh()));
        }

        @Override
        public Publisher<?> publisher() {
            proxy = ZmtpProxy.forward(front, back);
            return proxy.run();
        }

        @Override
        public void signal() {
            proxy.dispose();
        }

        @Override
        public boolean isExclusive() {
            return true;
        }

        @Override
        public void works() {
            sockets.add(ZmtpProxy.forward(front, back).run().subscribe());
            source.send("last").block(TIMEOUT);
            assertThat(Sockets.receive(sink)).isEqualTo("last");
        }
    }

    @Nested
    class Authenticate implements PublisherContract {

        private final ZapAuthenticator zap = sockets.add(ZapAuthenticator.of("test"));
        private final Credentials credentials =
                new Credentials("NULL", null, null, Bytes.EMPTY, Metadata.EMPTY, null, null, null, null);
        private final RouterSocket handler = sockets.open(RouterSocket::create);
        private boolean answers;

        Authenticate() {
            handler.bindNow(ZapAuthenticator.ENDPOINT);
            Sockets.awaitPeers(handler, 1);
        }

        @Override
        public Publisher<?> publisher() {
            return zap.authenticate(credentials);
        }

        /** From now on the handler answers. */
        @Override
        public void signal() {
            if (!answers) {
                answers = true;
                sockets.add(handler.send(handler.receive().map(Authenticate::answer))
                        .subscribe());
            }
        }

        private static Message answer(Message request) {
            List<Bytes> parts = request.parts();
            return Message.of(
                    parts.get(0),
                    parts.get(1),
                    parts.get(2),
                    parts.get(3),
                    Bytes.utf8("200"),
                    Bytes.utf8("OK"),
                    Bytes.EMPTY,
                    Bytes.EMPTY);
        }

        @Override
        public void works() {
            signal();
            assertThat(zap.authenticate(credentials).block(TIMEOUT)).isInstanceOf(Verdict.Accept.class);
        }
    }
}
