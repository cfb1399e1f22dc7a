package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.SharedEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that were encoded for many lines, of which one turns out to encrypt. */
class EncodedLineTests {

    private final Rig rig = new Rig();
    private final SharedEncoder encoder = new SharedEncoder();
    private final Line line = new Line(new Bounds(10_000, 64 << 20, 10), new Events());

    @AfterEach
    void close() {
        ZmtpConnection connection = line.connection();
        if (connection != null) {
            connection.dispose();
        }
        rig.close();
    }

    /** A socket that only sends. */
    private static final class Events implements Line.Events {
        @Override
        public boolean opened(Line opened) {
            return true;
        }

        @Override
        public void readable(Line told) {}

        @Override
        public void writable(Line told) {}

        @Override
        public void closed(Line told, Closed lost) {}

        @Override
        public void written(long messages, long bytes) {}

        @Override
        public void received(long messages, long bytes) {}

        @Override
        public boolean takesCommands() {
            return false;
        }

        @Override
        public void roundTrip(Duration time) {}
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

    private void assertAllCome(List<Message> messages) {
        for (Message message : messages) {
            assertThat(rig.message()).isEqualTo(message);
        }
    }

    private void connect(Mechanism calling, Mechanism serving) {
        rig.receive(Rig.pull().mechanism(serving));
        line.connect(Rig.push().mechanism(calling), Endpoint.parse(rig.endpoint()))
                .block(Rig.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void areEncryptedWhenTheyWereAcceptedBeforeTheHandshake(EncryptedPairTests.Kind kind) {
        List<Message> messages = messages();
        messages.forEach(
                message -> assertThat(line.offer(encoder.encode(message))).isTrue());

        connect(kind.calling, kind.serving);

        assertThat(line.isEncrypted()).isTrue();
        assertAllCome(messages);
        assertThat(line.isDrained()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void areEncryptedBetweenOthers(EncryptedPairTests.Kind kind) {
        connect(kind.calling, kind.serving);
        List<Message> messages = messages();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            assertThat(line.offer(i % 3 == 0 ? message : encoder.encode(message)))
                    .isTrue();
        }
        assertAllCome(messages);
    }

    @Test
    void areSentAsTheyAreOverALineThatDoesNotEncrypt() {
        List<Message> messages = messages();
        messages.forEach(
                message -> assertThat(line.offer(encoder.encode(message))).isTrue());

        connect(NullMechanism.create(), NullMechanism.create());

        assertThat(line.isEncrypted()).isFalse();
        assertAllCome(messages);
    }
}
