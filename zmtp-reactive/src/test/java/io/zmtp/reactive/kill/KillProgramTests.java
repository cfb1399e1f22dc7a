package io.zmtp.reactive.kill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A short run of each kind. */
class KillProgramTests {

    @ParameterizedTest
    @CsvSource({"replay, null, 4", "1, curve, 3", "3, null, 2"})
    @Timeout(300)
    void keepsItsPromisesWhileItsPeersAreKilled(String level, String mechanism, int kills) {
        Report report = KillTest.run(Settings.parse(
                "minutes=0.05", "kills=" + kills, "level=" + level, "mechanism=" + mechanism, "rate=1000"));
        assertThat(report.faults()).as(report.row()).isEmpty();
    }
}
