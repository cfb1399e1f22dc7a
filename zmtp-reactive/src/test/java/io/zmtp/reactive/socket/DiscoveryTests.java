package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class DiscoveryTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final PushSocket push = PushSocket.create(Sockets::quick);
    private final Sinks.Many<Collection<Endpoint>> found =
            Sinks.many().unicast().onBackpressureBuffer();

    private Disposable follow() {
        sockets.add(push);
        return sockets.add(push.connectAll(found.asFlux()).subscribe());
    }

    private PullSocket pull() {
        return sockets.add(PullSocket.create());
    }

    private static Endpoint bind(PullSocket pull) {
        return pull.bindNow("tcp://127.0.0.1:*");
    }

    private void find(Endpoint... endpoints) {
        found.tryEmitNext(List.of(endpoints)).orThrow();
    }

    @Test
    void connectsToWhatIsNewAndLeavesWhatHasGone() {
        follow();
        PullSocket one = pull();
        PullSocket two = pull();
        PullSocket three = pull();
        Endpoint first = bind(one);
        Endpoint second = bind(two);
        Endpoint third = bind(three);

        find(first, second);
        awaitPeers(push, 2);
        ConnectedPeer stays = push.peers().stream()
                .filter(peer -> peer.endpoint().equals(second))
                .findFirst()
                .orElseThrow();
        find(second, third, third);

        awaitPeers(one, 0);
        awaitPeers(three, 1);
        assertThat(push.endpoints()).containsExactlyInAnyOrder(second, third);
        assertThat(push.peers()).contains(stays);
    }

    @Test
    void writesWhatAGoneEndpointWasGivenFirst() {
        follow();
        PullSocket pull = pull();
        find(bind(pull));
        push.send(Flux.range(0, 1000).map(i -> Message.of("" + i))).block(TIMEOUT);

        find();

        assertThat(receive(pull, 1000)).endsWith("999");
        awaitPeers(pull, 0);
        assertThat(push.endpoints()).isEmpty();
    }

    @Test
    void connectsAgainToWhatComesBack() {
        follow();
        PullSocket pull = pull();
        Endpoint at = bind(pull);
        find(at);
        awaitPeers(pull, 1);
        find();
        awaitPeers(pull, 0);

        find(at);

        push.send("back").block(TIMEOUT);
        assertThat(receive(pull)).isEqualTo("back");
    }

    @Test
    void leavesAloneWhatWasConnectedByHand() {
        PullSocket pull = pull();
        Endpoint at = bind(pull);
        push.connectNow(at);
        follow();
        find(at);

        find();

        assertThat(push.endpoints()).containsExactly(at);
    }

    @Test
    void leavesOutWhatCannotBeConnectedTo() {
        follow();
        PullSocket pull = pull();
        Endpoint at = bind(pull);

        find(Endpoint.parse("tcp://*:5555"), at);

        awaitPeers(pull, 1);
        assertThat(push.endpoints()).containsExactly(at);
    }

    @Test
    void staysConnectedWhenFollowingIsCancelled() {
        Disposable following = follow();
        PullSocket pull = pull();
        Endpoint at = bind(pull);
        find(at);
        awaitPeers(pull, 1);

        following.dispose();

        assertThat(push.endpoints()).containsExactly(at);
        assertThat(found.currentSubscriberCount()).isZero();
    }

    @Test
    void failsWithThePublisherAndStaysConnected() {
        sockets.add(push);
        Endpoint at = bind(pull());

        StepVerifier.create(push.connectAll(
                        Flux.just(List.of(at)).concatWith(Mono.error(new IllegalStateException("gone")))))
                .expectErrorMessage("gone")
                .verify(TIMEOUT);
        assertThat(push.endpoints()).containsExactly(at);
    }

    @Test
    void endsWithTheSocket() {
        StepVerifier.create(push.connectAll(found.asFlux()))
                .then(push::dispose)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(found.currentSubscriberCount()).isZero();
    }

    @Test
    void saysWhichSocketFollows() {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger library = (Logger) LoggerFactory.getLogger(ZmtpSocket.class);
        Level before = library.getLevel();
        library.setLevel(Level.INFO);
        library.addAppender(logged);
        logged.start();
        PushSocket jobs = PushSocket.create(options -> options.name("jobs"));
        sockets.add(jobs);
        try {
            jobs.connectAll(Flux.just(Set.of(Endpoint.parse("inproc://discovered"))))
                    .block(TIMEOUT);
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .contains("PUSH socket 'jobs': connects to [inproc://discovered], leaves []");
        } finally {
            library.detachAppender(logged);
            library.setLevel(before);
        }
    }

    @Test
    void followsTheAddressesOfAName() throws UnknownHostException {
        InetAddress a = InetAddress.getByName("10.0.0.1");
        InetAddress b = InetAddress.getByName("10.0.0.2");
        Queue<Mono<List<InetAddress>>> answers = new ArrayDeque<>(List.of(
                Mono.just(List.of(a, b)),
                Mono.error(new UnknownHostException("workers")),
                Mono.just(List.of(b, a)),
                Mono.just(List.of(b, InetAddress.getByName("fd00::1")))));

        StepVerifier.withVirtualTime(() -> Resolving.each(
                        "DEALER socket", Endpoint.parse("tcp://workers:5555"), Duration.ofSeconds(10), host -> {
                            assertThat(host).isEqualTo("workers");
                            return answers.remove();
                        }))
                .expectNext(Set.of(Endpoint.parse("tcp://10.0.0.1:5555"), Endpoint.parse("tcp://10.0.0.2:5555")))
                .expectNoEvent(Duration.ofSeconds(30))
                .expectNext(Set.of(Endpoint.parse("tcp://10.0.0.2:5555")))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void connectsToEachAddressOfAHost() {
        PullSocket pull = pull();
        int port = bind(pull).port();
        sockets.add(push);

        sockets.add(push.connectEach("tcp://localhost:" + port, Duration.ofMillis(20))
                .subscribe());

        push.send("hello").block(TIMEOUT);
        awaitPeers(push, 1);
        assertThat(push.endpoints()).containsExactly(Endpoint.parse("tcp://127.0.0.1:" + port));
        assertThat(receive(pull)).isEqualTo("hello");
    }

    @Test
    void followsTheChangingAnswersOfADnsServer() {
        DnsServer dns = sockets.add(new DnsServer());
        PullSocket one = pull();
        int port = bind(one).port();
        PullSocket two = pull();
        two.bindNow("tcp://127.0.0.2:" + port);
        dns.answer("workers.example.org", "127.0.0.1");
        sockets.add(push);
        sockets.add(push.connectEach("tcp://workers.example.org:" + port, Duration.ofMillis(20), dns::resolve)
                .subscribe());
        awaitPeers(one, 1);

        dns.answer("workers.example.org", "127.0.0.1", "127.0.0.2");
        awaitPeers(two, 1);
        assertThat(one.peers()).hasSize(1);

        dns.answer("workers.example.org", "127.0.0.2");
        awaitPeers(one, 0);
        assertThat(push.endpoints()).containsExactly(Endpoint.parse("tcp://127.0.0.2:" + port));

        dns.answer("workers.example.org"); // the name is not known: no reason to leave anybody
        dns.awaitAsked(3);
        assertThat(push.endpoints()).containsExactly(Endpoint.parse("tcp://127.0.0.2:" + port));
        push.send("hello").block(TIMEOUT);
        assertThat(receive(two)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc:///tmp/x", "inproc://x", "tcp://*:5555", "tcp://workers:*"})
    void looksUpHostsWithAPortOnly(String endpoint) {
        assertThatIllegalArgumentException().isThrownBy(() -> push.connectEach(endpoint, TIMEOUT));
        assertThatIllegalArgumentException().isThrownBy(() -> push.connectEach("tcp://a:1", Duration.ZERO));
    }
}
