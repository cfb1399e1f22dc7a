package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqMonitor;
import io.zmtp.reactive.testing.ZmqSocket;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Clients of libzmq, about whom a ZAP handler on our sockets decides. */
@RequiresLibZmq
class ZapInteropTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();
    private final LibZmq.KeyPair theirs = LibZmq.curveKeyPair();
    private final KeyPair ours = KeyPair.generate();

    @AfterEach
    void close() {
        context.close();
    }

    /** Lets in whose last credential is this one, in the words that a handler of libzmq would use. */
    private void handler(Bytes good) {
        RouterSocket router = sockets.add(RouterSocket.create());
        router.bindNow(ZapAuthenticator.ENDPOINT);
        sockets.add(router.send(router.receive().map(request -> {
                    boolean known = request.last().equals(good);
                    return Message.of(
                            request.part(0),
                            request.part(1),
                            request.part(2),
                            request.part(3),
                            Bytes.utf8(known ? "200" : "400"),
                            Bytes.utf8(known ? "OK" : "no"),
                            Bytes.utf8(known ? "joe" : ""),
                            Bytes.EMPTY);
                }))
                .subscribe());
    }

    private String serve(Function<ZapAuthenticator, Mechanism> mechanism, PullSocket[] made) {
        ZapAuthenticator zap = sockets.add(ZapAuthenticator.of("global"));
        made[0] = sockets.add(PullSocket.create(options -> options.mechanism(mechanism.apply(zap))));
        return made[0].bindNow("tcp://127.0.0.1:*").toString();
    }

    private void assertLetIn(Function<ZapAuthenticator, Mechanism> mechanism, ZmqSocket push) {
        PullSocket[] pull = new PullSocket[1];
        push.connect(serve(mechanism, pull));
        push.send("hello");
        Message message = pull[0].receive().blockFirst(TIMEOUT);
        assertThat(message.text()).isEqualTo("hello");
        assertThat(message.peer().map(Peer::userId)).contains("joe");
    }

    private void assertRefused(Function<ZapAuthenticator, Mechanism> mechanism, ZmqSocket push, int event) {
        PullSocket[] pull = new PullSocket[1];
        ZmqMonitor monitor = push.monitor(ZmqMonitor.ALL);
        push.connect(serve(mechanism, pull));
        monitor.await(event);
        assertThat(pull[0].peers()).isEmpty();
        assertThat(pull[0].receive().timeout(QUIET, Mono.empty()).collectList().block(TIMEOUT))
                .isEmpty();
    }

    private ZmqSocket plain(String password) {
        return context.open(Type.PUSH).option(LibZmq.PLAIN_USERNAME, "admin").option(LibZmq.PLAIN_PASSWORD, password);
    }

    private ZmqSocket curve() {
        return context.open(Type.PUSH).curveClient(theirs, ours.publicKey().z85());
    }

    private Mechanism curveServer(ZapAuthenticator zap) {
        return CurveMechanism.server(ours, zap);
    }

    @Test
    void letsInByPassword() {
        handler(Bytes.utf8("secret"));
        assertLetIn(PlainMechanism::server, plain("secret"));
    }

    @Test
    void refusesByPassword() {
        handler(Bytes.utf8("secret"));
        // Up to 4.3.4 it does not know a well-formed ERROR of PLAIN, and takes it for a broken rule.
        boolean knows = LibZmq.version().compareTo("4.3.4") > 0;
        assertRefused(
                PlainMechanism::server,
                plain("guess"),
                knows ? ZmqMonitor.HANDSHAKE_FAILED_AUTH : ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL);
    }

    @Test
    void letsInByKey() {
        handler(Bytes.z85(theirs.publicKey()));
        assertLetIn(this::curveServer, curve());
    }

    @Test
    void refusesByKey() {
        handler(KeyPair.generate().publicKey());
        assertRefused(this::curveServer, curve(), ZmqMonitor.HANDSHAKE_FAILED_AUTH);
    }

    @Test
    void sendsThoseAwayForWhomThereIsNoHandler() {
        assertRefused(this::curveServer, curve(), ZmqMonitor.DISCONNECTED);
    }

    @Test
    void letsInByTheMechanismWithoutCredentials() {
        handler(Bytes.utf8("NULL"));
        assertLetIn(NullMechanism::create, context.open(Type.PUSH));
    }
}
