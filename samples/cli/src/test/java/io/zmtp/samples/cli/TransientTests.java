package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Tools that end when their peers have gone. */
@Timeout(180)
class TransientTests {

    @RegisterExtension
    final Tools tools = new Tools();

    @Test
    void printsAllThatARealPeerSentBeforeItWent() {
        Tool pull = tools.bind("pull", "--transient");
        String expected = IntStream.range(0, 5000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        try (ZContext context = new ZContext()) {
            context.setLinger(-1);
            ZMQ.Socket push = context.createSocket(SocketType.PUSH);
            push.connect(pull.endpoint());
            IntStream.range(0, 5000).forEach(i -> push.send(Integer.toString(i)));
        }
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo(expected);
        assertThat(pull.errors()).doesNotContain("zmtp:");
    }

    @Test
    void waitsForTheLastOfSeveralPeers() {
        Tool pull = tools.bind("pull", "--transient");
        String endpoint = pull.endpoint();
        Tool stays = tools.start("push", "--connect", endpoint);
        stays.type("a\n");
        assertThat(pull.line()).isEqualTo("a");
        Tool.run("b\n", "push", "--connect", endpoint).endsWith(0);
        assertThat(pull.line()).isEqualTo("b");
        assertThat(pull.isRunning()).isTrue();
        stays.type("c\n").endInput().endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("c\n");
    }

    @Test
    void repEndsWithItsPeers() {
        Tool rep = tools.bind("rep", "--echo", "--transient");
        Tool.run("a\n", "req", "--connect", rep.endpoint(), "--count", "1").endsWith(0);
        rep.endsWith(0);
        assertThat(rep.output()).isEqualTo("a\n");
    }

    @Test
    void pushEndsWhenItsPeerHasGoneAlthoughItsInputIsOpen() {
        Tool push = tools.bind("push", "--transient");
        Tool pull = tools.start("pull", "--connect", push.endpoint(), "--count", "1");
        push.type("a\n");
        pull.endsWith(0);
        push.endsWith(0);
    }

    @Test
    void dealerEndsWhenItsPeerHasGone() {
        Tool router = tools.bind("router");
        Tool dealer = tools.start("dealer", "--connect", router.endpoint(), "--data", "a", "--transient");
        router.line();
        router.interrupt().endsWith(130);
        dealer.endsWith(0);
    }
}
