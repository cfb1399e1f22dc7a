package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Commands that are run for messages. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no sh")
class ExecTests {

    @RegisterExtension
    final Tools tools = new Tools();

    @Test
    void repAnswersARealPeerWithWhatTheCommandWrites() {
        Tool rep = tools.bind("rep", "--exec", "tr a-z A-Z");
        try (ZContext context = new ZContext()) {
            ZMQ.Socket req = context.createSocket(SocketType.REQ);
            req.setReceiveTimeOut(Tool.SECONDS * 1000);
            req.connect(rep.endpoint());
            for (String question : List.of("one", "two")) {
                req.send(question);
                assertThat(req.recvStr()).isEqualTo(question.toUpperCase(Locale.ROOT));
                assertThat(rep.line()).isEqualTo(question);
            }
        }
    }

    @Test
    void pullPrintsWhatTheCommandWritesOrNothing() {
        Tool pull = tools.bind("pull", "--exec", "grep -v skip", "--count", "3");
        Tool.run("a\nskip me\nb\n", "push", "--connect", pull.endpoint()).endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("a\nb\n");
    }

    @Test
    void routerAnswersThePeerThatAskedAndKnowsIt() {
        Tool router = tools.bind("router", "--exec", "printf '%s says ' \"$ZMTP_ID\"; cat");
        Tool first = tools.start("dealer", "-c", router.endpoint(), "--identity", "me", "-D", "a", "-n", "1");
        first.endsWith(0);
        assertThat(first.output()).isEqualTo("me says a\n");
        assertThat(router.line()).isEqualTo("me\ta");
    }

    @Test
    void dishGivesTheGroupAsAVariable() {
        Tool dish = tools.bind("dish", "--join", "g", "--exec", "echo $ZMTP_GROUP: $(cat)", "--count", "1");
        Tool.run("g\thello\n", "radio", "--connect", dish.endpoint()).endsWith(0);
        dish.endsWith(0);
        assertThat(dish.output()).isEqualTo("g\tg: hello\n");
    }

    @Test
    void aCommandThatFailsIsReportedAndTheNextMessageIsHandled() {
        Tool pull = tools.bind("pull", "--exec", "read x; echo $x; [ $x != bad ] || exit 7", "--count", "2");
        Tool.run("bad\ngood\n", "push", "--connect", pull.endpoint()).endsWith(0);
        pull.endsWith(1);
        assertThat(pull.output()).isEqualTo("bad\ngood\n");
        assertThat(pull.errors()).contains("zmtp: --exec read x", "ended with status 7");
    }

    @Test
    void aCommandThatFailsAnswersWithAnEmptyMessage() {
        Tool rep = tools.bind("rep", "--exec", "exit 7");
        Tool req = tools.start("req", "--connect", rep.endpoint(), "--data", "a", "--count", "1");
        req.endsWith(0);
        assertThat(req.output()).isEqualTo("\n");
        assertThat(rep.errorAfterEvents()).contains("ended with status 7");
    }

    @Test
    void aCommandMayWriteMoreThanAPipeHoldsBeforeItReads() {
        String large = "x".repeat(1_000_000);
        Tool pull = tools.bind("pull", "--exec", "head -c 200000 /dev/zero | tr '\\0' y; cat", "--count", "1");
        Tool.run(large + "\n", "push", "--connect", pull.endpoint()).endsWith(0);
        pull.endsWith(0);
        assertThat(pull.output()).isEqualTo("y".repeat(200_000) + large + "\n");
    }

    @Test
    void anInterruptEndsTheCommandToo() {
        Tool pull = tools.bind("pull", "--exec", "echo begun >&2; exec sleep 1000", "--count", "1");
        Tool.run("a\n", "push", "--connect", pull.endpoint()).endsWith(0);
        pull.interrupt().endsWith(130);
    }
}
