package io.zmtp.reactive.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.BadNetwork;
import io.zmtp.reactive.testing.RequiresPython;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** Peers in Python that know the plain wire only; connections are cut three times. */
@RequiresPython
class ReplayPythonInteropTests {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int COUNT = 100_000;
    private static final Set<Integer> CUTS = Set.of(COUNT / 4, COUNT / 2, COUNT * 3 / 4);

    @RegisterExtension
    final Feeds feeds = new Feeds();

    private Process python(String script, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(RequiresPython.PYTHON, "src/test/python/" + script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        feeds.add(process::destroyForcibly);
        return process;
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void subscribesToAPublisherInPython() throws Exception {
        Process python = python("publisher.py", COUNT);
        BufferedReader ports = lines(python);
        try (BadNetwork publication = BadNetwork.untilCut(Integer.parseInt(ports.readLine()));
                BadNetwork replay = BadNetwork.untilCut(Integer.parseInt(ports.readLine()))) {
            ReplaySubscriber subscriber = Feeds.subscriber(
                    ReplayEndpoints.of(publication.endpoint(), replay.endpoint()),
                    options -> options.from(Start.at(0)));
            python.getOutputStream().write('\n');
            python.getOutputStream().flush();
            int[] next = {0};
            subscriber
                    .receive()
                    .doOnNext(message -> {
                        assertThat(message.text()).isEqualTo("" + next[0]++);
                        if (CUTS.contains(next[0])) {
                            publication.cut();
                            replay.cut();
                        }
                    })
                    .take(COUNT)
                    .blockLast(PATIENCE);
            assertThat(next[0]).isEqualTo(COUNT);
            assertThat(subscriber.counts().replayed()).isPositive();
            assertThat(subscriber.counts().malformed()).isZero();
        }
    }

    @Test
    void publishesToASubscriberInPython() throws Exception {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        BufferedReader python = lines(python("subscriber.py", at.publication(), at.replay(), COUNT));
        assertThat(python.readLine()).isEqualTo("ready");
        publisher
                .send(Flux.range(0, COUNT).map(i -> {
                    if (CUTS.contains(i)) {
                        Feeds.cut(publisher);
                    }
                    return Message.of("feed", "" + i);
                }))
                .block(PATIENCE);
        assertThat(python.readLine()).isEqualTo("done " + COUNT);
        assertThat(publisher.replay().drops()).isEmpty();
    }
}
