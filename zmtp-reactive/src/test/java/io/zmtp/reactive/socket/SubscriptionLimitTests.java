package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.wire.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.StepVerifier;

/** How long a subscription may be. */
class SubscriptionLimitTests {

    private static final Bytes LONGEST = Bytes.wrap(new byte[Subscription.MAX_PREFIX]);
    private static final Bytes TOO_LONG = Bytes.wrap(new byte[Subscription.MAX_PREFIX + 1]);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final PubSocket pub = sockets.add(PubSocket.create());

    @Test
    void takesTheLongestThatGoesIntoACommand() {
        SubSocket sub = sockets.add(SubSocket.create());
        sub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));
        sub.subscribe(LONGEST);
        pub.awaitSubscribers(LONGEST, 1).block(TIMEOUT);

        pub.send(Message.of(LONGEST, Bytes.utf8("came"))).block(TIMEOUT);

        assertThat(receive(sub)).isEqualTo("came");
    }

    @Test
    void refusesALongerOne() {
        SubSocket sub = sockets.add(SubSocket.create());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sub.subscribe(TOO_LONG))
                .withMessageContaining("65526");
        assertThatIllegalArgumentException().isThrownBy(() -> sub.receive(Bytes.EMPTY, TOO_LONG));
    }

    @Test
    void failsToSendALongerOne() {
        XSubSocket xsub = sockets.add(XSubSocket.create());
        xsub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));

        xsub.send(Message.of(Subscription.body(LONGEST, false))).block(TIMEOUT);
        StepVerifier.create(xsub.send(Message.of(Subscription.body(TOO_LONG, false))))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
        pub.awaitSubscribers(LONGEST, 1).block(TIMEOUT);
    }
}
