package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class SocketTypeTests {

    @RegisterExtension
    final Tools tools = new Tools();

    @ParameterizedTest
    @CsvSource({"dealer,dealer", "pair,pair", "channel,channel"})
    void equalsTalkBothWays(String one, String other) {
        Tool bound = tools.bind(one);
        Tool connected = tools.start(other, "--connect", bound.endpoint());
        connected.type("hello\n");
        assertThat(bound.line()).isEqualTo("hello");
        bound.type("welcome\n");
        assertThat(connected.line()).isEqualTo("welcome");
        bound.endInput();
        connected.type("still there\n");
        assertThat(bound.line()).isEqualTo("still there");
    }

    @Test
    void scatterHandsOutAndGatherTakes() {
        Tool gather = tools.bind("gather", "--count", "2");
        Tool.run("a\nb\n", "scatter", "--connect", gather.endpoint()).endsWith(0);
        gather.endsWith(0);
        assertThat(gather.output()).isEqualTo("a\nb\n");
    }

    @Test
    void subTakesWhatItSubscribedTo() {
        Tool pub = tools.bind("pub");
        Tool sub =
                tools.start("sub", "--connect", pub.endpoint(), "--subscribe", "b", "--subscribe", "c", "--count", "2");
        pub.event("handshake_succeeded");
        pub.type("a1\nb2\nc3\nb4\n");
        sub.endsWith(0);
        assertThat(sub.output()).isEqualTo("b2\nc3\n");
    }

    @Test
    void pubWaitsForItsFirstSubscriber() {
        Tool pub = tools.bind("pub").type("early\n").endInput();
        Tool sub =
                Tool.start("sub", "--connect", pub.endpoint(), "--count", "1").endsWith(0);
        assertThat(sub.output()).isEqualTo("early\n");
        pub.endsWith(0);
    }

    @Test
    void pubDoesNotWaitForWhatNobodySubscribesTo() {
        Tool pub = tools.bind("pub").type("other\nmine\n").endInput();
        Tool sub = tools.start("sub", "--connect", pub.endpoint(), "--subscribe", "mine", "--count", "1");
        pub.endsWith(0);
        sub.endsWith(0);
        assertThat(sub.output()).isEqualTo("mine\n");
    }

    @Test
    void pubEndsWithThreeWhenNobodySubscribes() {
        assertThat(Tool.run("a\n", "pub", "--bind", "tcp://127.0.0.1:*", "--timeout", "300ms")
                        .endsWith(3)
                        .errors())
                .contains("no peer came");
    }

    @Test
    void pubSaysWhatNobodyTookWithinTheLingerTime() {
        assertThat(Tool.run("a\nb\n", "pub", "--bind", "tcp://127.0.0.1:*", "--linger", "300ms")
                        .endsWith(1)
                        .errors())
                .contains("2 messages were not sent");
    }

    @Test
    void dishTakesTheGroupsThatItJoined() {
        Tool radio = tools.bind("radio");
        Tool dish =
                tools.start("dish", "--connect", radio.endpoint(), "--join", "news", "--join", "rain", "--count", "2");
        radio.event("handshake_succeeded");
        radio.type("news\t1\nsport\t2\nrain\t3\n").endInput();
        dish.endsWith(0);
        assertThat(dish.output()).isEqualTo("news\t1\nrain\t3\n");
        radio.endsWith(0);
    }

    @Test
    void xpubPrintsSubscriptionsAndTheirEnds() {
        Tool xpub = tools.bind("xpub");
        Tool sub = tools.start("sub", "--connect", xpub.endpoint(), "--subscribe", "topic");
        assertThat(xpub.line()).isEqualTo("\u0001topic");
        xpub.type("topic 1\n");
        assertThat(sub.line()).isEqualTo("topic 1");
        sub.interrupt().endsWith(130);
        assertThat(xpub.line()).isEqualTo("\u0000topic");
    }

    @Test
    void xsubSubscribesByOptionByLineAndSendsUpstream() {
        Tool xpub = tools.bind("xpub");
        Tool xsub = tools.start("xsub", "--connect", xpub.endpoint(), "--subscribe", "a");
        assertThat(xpub.line()).isEqualTo("\u0001a");
        xsub.type("\u0001b\nupstream\n");
        assertThat(List.of(xpub.line(), xpub.line())).containsExactlyInAnyOrder("\u0001b", "upstream");
        xpub.type("b1\nc2\na3\n");
        assertThat(xsub.line()).isEqualTo("b1");
        assertThat(xsub.line()).isEqualTo("a3");
    }

    @Test
    void routerPrintsAndReadsIds() {
        Tool router = tools.bind("router");
        Tool dealer = tools.start("dealer", "--connect", router.endpoint(), "--identity", "me");
        dealer.type("hello\tthere\n");
        assertThat(router.line()).isEqualTo("me\thello\tthere");
        router.type("me\twelcome\n");
        assertThat(dealer.line()).isEqualTo("welcome");
    }

    @Test
    void routerPrintsIdsThatAreNoTextInHex() {
        Tool router = tools.bind("router");
        Tool dealer = tools.start("dealer", "--connect", router.endpoint());
        dealer.type("hello\n");
        String line = router.line();
        assertThat(line).matches("0x00[0-9a-f]{8}\thello");
        router.type(line + "\n");
        assertThat(dealer.line()).isEqualTo("hello");
    }

    @Test
    void routerSaysThatNobodyHasAnIdAndGoesOn() {
        Tool router = tools.start("router", "--bind", "ipc://@zmtp-cli-" + System.nanoTime());
        router.type("nobody\thello\n");
        assertThat(router.error()).startsWith("zmtp: not sent: ").contains("nobody");
        assertThat(router.isRunning()).isTrue();
    }

    @Test
    void serverAnswersClientsByTheirIds() {
        Tool server = tools.bind("server");
        Tool client = tools.start("client", "--connect", server.endpoint(), "--count", "1");
        client.type("hello\n");
        String line = server.line();
        assertThat(line).matches("(0x[0-9a-f]{8}|.{1,4})\thello"); // made at random, which may be a text
        server.type(line.replace("hello", "welcome") + "\n");
        client.endsWith(0);
        assertThat(client.output()).isEqualTo("welcome\n");
    }

    @Test
    void peersAddressEachOther() {
        Tool bound = tools.bind("peer");
        Tool connected = tools.start("peer", "--connect", bound.endpoint(), "--verbose");
        connected.event("handshake_succeeded");
        bound.event("handshake_succeeded");
        assertThat(bound.isRunning()).isTrue();
    }

    @Test
    void aLineOfTheWrongShapeIsAFailure() {
        Tool gather = tools.bind("gather");
        Tool scatter =
                Tool.run("a\tb\n", "scatter", "--connect", gather.endpoint()).endsWith(1);
        assertThat(scatter.errors()).contains("line 1: expected body for SCATTER, but 2 parts came");
    }
}
