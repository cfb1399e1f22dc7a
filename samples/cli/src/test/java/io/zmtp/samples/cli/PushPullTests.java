package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class PushPullTests {

    @RegisterExtension
    final Tools tools = new Tools();

    @Test
    void linesArriveAndBothEnd() {
        Tool pull = tools.bind("pull", "--count", "3");
        Tool push = Tool.run("a\tb\n\nc", "push", "--connect", pull.endpoint()).endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("a\tb\n\nc\n");
        assertThat(push.errors()).isEmpty();
    }

    @Test
    void sendsALineWhenItIsTyped() {
        Tool pull = tools.bind("pull");
        Tool push = tools.start("push", "--connect", pull.endpoint());
        push.type("one\n");
        assertThat(pull.line()).isEqualTo("one");
        push.type("two\n");
        assertThat(pull.line()).isEqualTo("two");
        assertThat(push.isRunning()).isTrue();
        push.endInput().endsWith(0);
    }

    @Test
    void waitsForAPeerThatIsNotThereYet() {
        Tool push = tools.bind("push").type("late\n").endInput();
        Tool pull = Tool.start("pull", "--connect", push.endpoint(), "--count", "1");
        assertThat(pull.line()).isEqualTo("late");
        push.endsWith(0);
        pull.endsWith(0);
    }

    @Test
    void sendsMoreThanQueuesHold() {
        String input = IntStream.range(0, 20_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        Tool pull = tools.bind("pull", "--count", "20000", "--hwm", "10");
        Tool.run(input, "push", "--connect", pull.endpoint(), "--hwm", "10").endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo(input);
    }

    @Test
    void countsWhatItSends() {
        Tool pull = tools.bind("pull");
        Tool push = tools.start("push", "--connect", pull.endpoint(), "--count", "2");
        push.type("a\nb\nc\n").endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
        assertThat(pull.line()).isEqualTo("b");
        assertThat(pull.output()).isEmpty();
    }

    @Test
    void anEmptyInputEndsAtOnce() {
        Tool push = Tool.run("", "push", "--connect", "tcp://127.0.0.1:1").endsWith(0);
        assertThat(push.errors()).isEmpty();
    }

    @Test
    void saysWhatWasNotSentWithinTheLingerTime() {
        Tool connected = Tool.run("a\nb\n", "push", "--connect", "tcp://127.0.0.1:1", "--linger", "300ms")
                .endsWith(1);
        assertThat(connected.errors()).contains("2 messages were not sent").contains("300 ms");
        Tool bound = Tool.run("a\n", "push", "--bind", "tcp://127.0.0.1:*", "--linger", "0s")
                .endsWith(1);
        assertThat(bound.errors()).contains("1 message was not sent");
    }

    @Test
    void endsWithThreeWhenNoPeerComes() {
        Tool push = Tool.run("a\n", "push", "--connect", "tcp://127.0.0.1:1", "--timeout", "300ms")
                .endsWith(3);
        assertThat(push.errors()).contains("no peer came within 300 ms");
    }

    @Test
    void endsWithThreeWhenNothingComes() {
        Tool pull = Tool.run("", "pull", "--connect", "tcp://127.0.0.1:1", "--timeout", "300ms")
                .endsWith(3);
        assertThat(pull.errors()).contains("nothing came within 300 ms").contains("connection refused");
    }

    @Test
    void silenceAfterAMessageCountsAsWell() {
        Tool pull = tools.bind("pull", "--timeout", "1500ms");
        Tool.run("a\n", "push", "--connect", pull.endpoint()).endsWith(0);
        assertThat(pull.line()).isEqualTo("a");
        pull.endsWith(3);
    }

    @Test
    void saysWhereTheInputIsWrongAndSendsWhatCameBefore() {
        Tool pull = tools.bind("pull", "--format", "hex");
        Tool push = Tool.run("61\n6\n62\n", "push", "--connect", pull.endpoint(), "--format", "hex")
                .endsWith(1);
        assertThat(push.errors()).contains("line 2: ");
        assertThat(pull.line()).isEqualTo("61");
        assertThat(pull.output()).isEmpty();
    }

    @Test
    void sendsWhatCameBeforeAWrongLineToAPeerThatComesLater() {
        PullSocket late = PullSocket.create();
        String endpoint = late.bindNow("tcp://127.0.0.1:*").toString();
        late.unbind(Endpoint.parse(endpoint)).block();
        Tool push = tools.start("push", "--connect", endpoint, "--format", "hex", "--verbose");
        push.type("61\n6\n").event("retrying");

        late.bindNow(endpoint);

        assertThat(late.receive().map(Message::text).blockFirst(Duration.ofSeconds(10)))
                .isEqualTo("a");
        push.endsWith(1);
        late.dispose();
    }

    @Test
    void saysThatAnEndpointIsTaken() {
        String endpoint = tools.bind("pull").endpoint();
        Tool second = Tool.run("", "pull", "--bind", endpoint).endsWith(1);
        assertThat(second.errors()).contains(endpoint, "address already in use");
    }

    @Test
    void endsWhenItIsInterrupted() {
        Tool pull = tools.bind("pull");
        pull.endpoint();
        pull.interrupt().endsWith(130);
    }

    @Test
    void sendsWhatWasTypedBeforeItWasInterrupted() {
        Tool pull = tools.bind("pull");
        Tool push = tools.start("push", "--connect", pull.endpoint(), "--verbose");
        push.event("handshake_succeeded");
        push.type("a\n");
        assertThat(pull.line()).isEqualTo("a");
        push.interrupt().endsWith(130);
    }

    @Test
    void aClosedOutputEndsItQuietly() {
        Tool pull = tools.start("pull", "--bind", "ipc://@zmtp-cli-" + System.nanoTime(), "--verbose");
        String endpoint = pull.endpoint();
        pull.closeOutput();
        Tool.run("a\nb\n", "push", "--connect", endpoint).endsWith(0);
        pull.endsWith(0);
        assertThat(pull.errors()).doesNotContain("zmtp:");
    }

    @Test
    void aPeerOfTheWrongTypeIsAFailure() {
        Tool pull = tools.bind("pull");
        Tool wrong = Tool.run("", "pull", "--connect", pull.endpoint()).endsWith(1);
        assertThat(wrong.errors()).contains("zmtp: tcp://127.0.0.1:", "PULL");
    }
}
