package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineTests {

    @Test
    void aResultHasItsValuesByName() {
        Line line = Line.parse("RESULT n=1200 s=2.000100 p50us=35.25");

        assertThat(line.word()).isEqualTo("RESULT");
        assertThat(line.values())
                .containsOnly(Map.entry("n", 1200.0), Map.entry("s", 2.0001), Map.entry("p50us", 35.25));
    }

    @Test
    void whatIsNoNumberIsLeftOut() {
        assertThat(Line.parse("GOT hello").values()).isEmpty();
        assertThat(Line.parse("RESULT n=many s=1").values()).containsOnlyKeys("s");
        assertThat(Line.parse("").word()).isEmpty();
    }

    @Test
    void aValueThatIsMissingIsNamed() {
        assertThatThrownBy(() -> Line.parse("RESULT s=1").get("n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RESULT")
                .hasMessageContaining("\"n\"");
    }

    @Test
    void theJournalIsJson() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("variant", "a \"quoted\"\tname \\");
        values.put("rate", 1.5);
        values.put("disturbed", true);

        assertThat(Journal.json(values))
                .isEqualTo("{\"variant\":\"a \\\"quoted\\\"\\u0009name \\\\\",\"rate\":1.5,\"disturbed\":true}");
    }

    @Test
    void anOptionThatIsUnknownIsReportedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> Options.parse(List.of("throughput", "rep=3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reps")
                .hasMessageContaining("rep=3");
    }

    @Test
    void namesAndOptionsMayComeInAnyOrder() {
        Options options = Options.parse(List.of("reps=5", "throughput", "points=1,10", "latency"));

        assertThat(options.names()).containsExactly("throughput", "latency");
        assertThat(options.repetitions()).isEqualTo(5);
        assertThat(options.wants(10)).isTrue();
        assertThat(options.wants(100)).isFalse();
    }
}
