package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Radio and dish over datagrams. */
@Timeout(180)
class UdpTests {

    @RegisterExtension
    final Tools tools = new Tools();

    private Tool dish(String... more) {
        List<String> all = new ArrayList<>(List.of("dish", "--bind", "udp://127.0.0.1:*", "--verbose"));
        all.addAll(List.of(more));
        return tools.start(all.toArray(String[]::new));
    }

    @Test
    void dishTakesTheGroupsThatItJoined() {
        Tool dish = dish("--join", "news", "--join", "rain", "--count", "2");
        Tool radio = tools.start("radio", "--connect", dish.endpoint());

        radio.type("news\t1\nsport\t2\nrain\t3\n").endInput().endsWith(0);

        dish.endsWith(0);
        assertThat(dish.output()).isEqualTo("news\t1\nrain\t3\n");
    }

    /** Nobody is waited for, as nobody would ever be seen. */
    @Test
    void radioSendsToNobodyAtOnce() {
        Tool dish = dish("--join", "news");
        String gone = dish.endpoint();
        dish.interrupt().endsWith(130);

        Tool.run("news\t1\n", "radio", "--connect", gone).endsWith(0);
    }

    @Test
    void radioSendsByUdpAndTcpAtOnce() {
        Tool datagrams = dish("--join", "news", "--count", "1");
        Tool radio =
                tools.start("radio", "--bind", "tcp://127.0.0.1:*", "--connect", datagrams.endpoint(), "--verbose");
        Tool stream = tools.start("dish", "--connect", radio.endpoint(), "--join", "news", "--count", "1");
        radio.event("handshake_succeeded");

        radio.type("news\t1\n");

        datagrams.endsWith(0);
        assertThat(datagrams.output()).isEqualTo("news\t1\n");
        radio.endInput();
        stream.close();
    }

    @Test
    void dishEndsWithThreeWhenNothingComes() {
        dish("--join", "news", "--timeout", "300ms").endsWith(3);
    }

    @Test
    void aDatagramThatIsTooLargeIsAFailure() {
        Tool dish = dish("--join", "news");
        Tool radio = Tool.run("news\t" + "x".repeat(9000) + "\n", "radio", "--connect", dish.endpoint());

        radio.endsWith(1);

        assertThat(radio.errors()).contains("line 1").contains("8191 octets over udp");
    }
}
