package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.PipeOwner;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.SharedEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** Messages that were encoded for many pipes, of which one turns out to encrypt. */
class EncodedPipeTests {

    private final Rig rig = new Rig();
    private final SharedEncoder encoder = new SharedEncoder();
    private ChannelPipe pipe;

    @AfterEach
    void close() {
        ZmtpConnection connection = pipe.connection();
        if (connection != null) {
            connection.dispose();
        }
        rig.close();
    }

    /** A socket that only sends. */
    private static final class Sending implements PipeOwner {
        @Override
        public Mono<Void> admit(Pipe pipe, Peer peer) {
            return Mono.empty();
        }

        @Override
        public void withdrawn(Pipe pipe) {}

        @Override
        public void coming(Pipe pipe) {}

        @Override
        public boolean opened(Pipe pipe, Presence presence) {
            return true;
        }

        @Override
        public void inboundEnded(Pipe pipe) {}

        @Override
        public void closed(Pipe pipe, Closed lost) {}

        @Override
        public void readable(Pipe pipe) {}

        @Override
        public void writable(Pipe pipe) {}

        @Override
        public void written(Pipe pipe, long messages, long bytes) {}

        @Override
        public void received(Pipe pipe, long messages, long bytes) {}

        @Override
        public void roundTrip(Pipe pipe, Duration time) {}

        @Override
        public void dropped(Pipe pipe, DropReason reason, Message message, long count) {}

        @Override
        public boolean acknowledges() {
            return false;
        }

        @Override
        public boolean takesCommands() {
            return false;
        }

        @Override
        public void unlocked(Runnable action) {
            action.run();
        }
    }

    private static Bytes body(Random random, int size) {
        byte[] octets = new byte[size];
        random.nextBytes(octets);
        return Bytes.wrap(octets);
    }

    /** Small ones enough for several arrays, some large ones between them, some of several parts. */
    private static List<Message> messages() {
        Random random = new Random(1);
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Bytes number = Bytes.utf8("" + i);
            messages.add(
                    switch (i % 100) {
                        case 13 -> Message.of(number, body(random, 3000 + 10 * i));
                        case 57 -> Message.of(number, Bytes.EMPTY, body(random, 300));
                        default -> Message.of(number, body(random, random.nextInt(400)));
                    });
        }
        return messages;
    }

    /** As a message is offered that was encoded before the pipe turned out to encrypt. */
    private boolean offer(Object item) {
        return pipe.outbox().offerNow(item);
    }

    private void assertAllCome(List<Message> messages) {
        for (Message message : messages) {
            assertThat(rig.message()).isEqualTo(message);
        }
    }

    private void serve(Mechanism serving) {
        rig.receive(Rig.pull().mechanism(serving));
        pipe = new ChannelPipe(
                new Sending(), Endpoint.parse(rig.endpoint()), new Bounds(10_000, 64 << 20, Duration.ZERO, 10), null);
    }

    private void connect(Mechanism calling) {
        pipe.connect(Rig.push().mechanism(calling)).block(Rig.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void areEncryptedWhenTheyWereAcceptedBeforeTheHandshake(EncryptedPairTests.Kind kind) {
        serve(kind.serving);
        List<Message> messages = messages();
        messages.forEach(message -> assertThat(offer(encoder.encode(message))).isTrue());

        connect(kind.calling);

        assertThat(pipe.isEncrypted()).isTrue();
        assertAllCome(messages);
        assertThat(pipe.isDrained()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void areEncryptedBetweenOthers(EncryptedPairTests.Kind kind) {
        serve(kind.serving);
        connect(kind.calling);
        List<Message> messages = messages();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            assertThat(offer(i % 3 == 0 ? message : encoder.encode(message))).isTrue();
        }
        assertAllCome(messages);
    }

    @Test
    void areSentAsTheyAreOverAPipeThatDoesNotEncrypt() {
        serve(NullMechanism.create());
        List<Message> messages = messages();
        messages.forEach(message -> assertThat(offer(encoder.encode(message))).isTrue());

        connect(NullMechanism.create());

        assertThat(pipe.isEncrypted()).isFalse();
        assertAllCome(messages);
    }
}
