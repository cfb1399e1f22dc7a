package io.zmtp.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs that the pages of documentation show do what they say. */
@Timeout(30)
class PatternTests {

    private final PrintStream out = System.out;
    private final Lines printed = new Lines();

    @BeforeEach
    void listen() {
        System.setOut(printed.stream());
    }

    @AfterEach
    void restore() {
        System.setOut(out);
    }

    private static String[] tasks(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "task " + i).toArray(String[]::new);
    }

    @Test
    void pushesAndPulls() {
        PushPull.main(new String[0]);
        assertThat(printed.rest()).containsExactly(tasks(1000));
    }

    @Test
    void publishesAndSubscribes() {
        PubSub.main(new String[0]);
        assertThat(printed.rest()).containsExactly("EURUSD 1.17", "EURCHF 0.93");
    }

    @Test
    void asksAndAnswers() {
        ReqRep.main(new String[0]);
        assertThat(printed.rest()).containsExactly("You asked: who?", "You asked: what?", "You asked: why?");
    }

    @Test
    void dealsAndRoutes() {
        DealerRouter.main(new String[0]);
        assertThat(printed.rest()).containsExactly("hello, Ann", "good-bye, Ann");
    }

    @Test
    void meetsInTheProcess() {
        Inproc.main(new String[0]);
        assertThat(printed.rest()).containsExactly("hello yourself");
    }

    @Test
    void monitors() {
        Monitor.main(new String[0]);
        List<String> events = printed.rest();
        assertThat(events).startsWith("Connected", "HandshakeSucceeded").contains("Disconnected");
    }

    @Test
    void waits() {
        Blocking.main(new String[0]);
        assertThat(printed.rest()).containsExactly("hello!");
    }

    @Test
    void discovers() {
        Discovery.main(new String[0]);
        assertThat(printed.rest()).containsExactlyInAnyOrder(tasks(10));
    }

    @Test
    void replays() {
        Replay.main(new String[0]);
        assertThat(printed.rest()).hasSize(10).startsWith("1.171").endsWith("1.1710");
    }

    @Test
    void proxies() {
        Proxy.main(new String[0]);
        assertThat(printed.rest()).containsExactly("HELLO", "1 request passed");
    }
}
