package io.zmtp.spring.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.test.StepVerifier;

class PeerChangesTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<PullSocket> pulls = new ArrayList<>();

    @AfterEach
    void close() {
        pulls.forEach(PullSocket::dispose);
    }

    private ApplicationContextRunner connectedTo(PullSocket pull, String endpoint) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        ZmtpAutoConfiguration.class,
                        ZmtpHealthAutoConfiguration.class,
                        ZmtpEndpointAutoConfiguration.class))
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=zmtp",
                        "zmtp.health.grace=1h",
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.linger=0s",
                        "zmtp.sockets.jobs.reconnect.min=20ms",
                        "zmtp.sockets.jobs.reconnect.max=20ms",
                        "zmtp.sockets.jobs.connect=" + pull.bindNow(endpoint));
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create();
        pulls.add(pull);
        return pull;
    }

    @Test
    void isDownAsSoonAsTheLastPeerHasGoneAndUpWithTheNext() {
        PullSocket pull = pull();
        connectedTo(pull, "tcp://127.0.0.1:*").run(context -> {
            PushSocket jobs = context.getBean(PushSocket.class);
            ConnectedPeer first = jobs.onPeer().blockFirst(TIMEOUT);
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);

            String endpoint = pull.endpoints().get(0).toString();
            pull.close().block(TIMEOUT);
            first.onClose().block(TIMEOUT);
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);

            PullSocket next = pull();
            next.bindNow(endpoint);
            jobs.onPeer().blockFirst(TIMEOUT);
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
        });
    }

    @Test
    void countsWhatGoesToEachPeer() {
        PullSocket pull = pull();
        connectedTo(pull, "tcp://127.0.0.1:*").run(context -> {
            PushSocket jobs = context.getBean(PushSocket.class);
            StepVerifier.create(pull.receive().map(Message::text).take(2))
                    .then(() -> jobs.send("hello")
                            .then(jobs.send("there"))
                            .then(jobs.flush())
                            .block(TIMEOUT))
                    .expectNext("hello", "there")
                    .expectComplete()
                    .verify(TIMEOUT);
            ZmtpEndpoint.PeerDescriptor peer =
                    context.getBean(ZmtpEndpoint.class).socket("jobs").peers().get(0);
            assertThat(peer.sent().messages()).isEqualTo(2);
            assertThat(peer.sent().bytes()).isGreaterThanOrEqualTo(10);
            assertThat(peer.received()).isEqualTo(new ZmtpEndpoint.TrafficDescriptor(0, 0));
            assertThat(pull.peers().get(0).messagesReceived()).isEqualTo(2);
            assertThat(pull.peers().get(0).bytesReceived())
                    .isEqualTo(peer.sent().bytes());
        });
    }

    private static Health health(ApplicationContext context) {
        CompositeReactiveHealthContributor all =
                context.getBean("zmtpHealthContributor", CompositeReactiveHealthContributor.class);
        return ((ReactiveHealthIndicator) all.getContributor("jobs")).health().block(TIMEOUT);
    }
}
