package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class ReqRepTests {

    @RegisterExtension
    final Tools tools = new Tools();

    @Test
    void repEchoesAndPrintsRequests() {
        Tool rep = tools.bind("rep", "--echo", "--count", "2");
        Tool req = Tool.run("a\tb\nc\n", "req", "--connect", rep.endpoint(), "--count", "2")
                .endsWith(0);
        assertThat(req.output()).isEqualTo("a\tb\nc\n");
        rep.endsWith(0);
        assertThat(rep.output()).isEqualTo("a\tb\nc\n");
    }

    @Test
    void repAnswersWithAText() {
        Tool rep = tools.bind("rep", "--reply", "ok then");
        Tool req = Tool.run("a\n", "req", "--connect", rep.endpoint(), "--count", "1")
                .endsWith(0);
        assertThat(req.output()).isEqualTo("ok then\n");
    }

    @Test
    void repAnswersWithWhatIsTyped() {
        Tool rep = tools.bind("rep");
        Tool req = tools.start("req", "--connect", rep.endpoint());
        req.type("question\n");
        assertThat(rep.line()).isEqualTo("question");
        rep.type("answer\n");
        assertThat(req.line()).isEqualTo("answer");
    }

    @Test
    void repSaysThatItHasNoAnswersLeft() {
        Tool rep = tools.bind("rep").endInput();
        Tool req = tools.start("req", "--connect", rep.endpoint(), "--timeout", "1s");
        req.type("question\n");
        assertThat(rep.line()).isEqualTo("question");
        assertThat(rep.errorAfterEvents()).contains("standard input has ended");
    }

    @Test
    void reqSendsTheNextRequestAfterTheReply() {
        Tool rep = tools.bind("rep");
        Tool req = tools.start("req", "--connect", rep.endpoint());
        req.type("one\ntwo\n");
        assertThat(rep.line()).isEqualTo("one");
        assertThat(rep.output()).isEmpty();
        rep.type("1\n");
        assertThat(req.line()).isEqualTo("1");
        assertThat(rep.line()).isEqualTo("two");
    }

    @Test
    void reqDoesNotEndWithItsInput() {
        Tool rep = tools.bind("rep", "--echo");
        Tool req = tools.start("req", "--connect", rep.endpoint(), "--timeout", "1500ms");
        req.type("a\n").endInput();
        assertThat(req.line()).isEqualTo("a");
        req.endsWith(3);
    }

    @Test
    void reqAsksAgainWhenItsPeerIsReplaced() {
        Tool first = tools.bind("rep");
        String endpoint = first.endpoint();
        Tool req = tools.start("req", "--connect", endpoint, "--count", "1");
        req.type("question\n");
        assertThat(first.line()).isEqualTo("question");
        first.interrupt().endInput().endsWith(130);
        tools.start("rep", "--bind", endpoint, "--echo");
        req.endsWith(0);
        assertThat(req.output()).isEqualTo("question\n");
    }

    @Test
    void reqEndsWithThreeWhenNobodyAnswers() {
        Tool rep = tools.bind("rep");
        Tool req = Tool.run("a\n", "req", "--connect", rep.endpoint(), "--timeout", "500ms")
                .endsWith(3);
        assertThat(req.errors()).contains("nothing came within 500 ms");
    }
}
