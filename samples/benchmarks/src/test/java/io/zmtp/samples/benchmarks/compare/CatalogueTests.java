package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTests {

    @Test
    void everyExperimentHasANameOfItsOwn() {
        assertThat(Catalogue.ALL).extracting(Experiment::name).doesNotHaveDuplicates();
    }

    @Test
    void theVariantsOfAnExperimentHaveNamesOfTheirOwn() {
        assertThat(Catalogue.ALL)
                .allSatisfy(experiment -> assertThat(experiment.variants())
                        .isNotEmpty()
                        .extracting(Variant::name)
                        .doesNotHaveDuplicates()
                        .as("a comma separates variants on the command line")
                        .noneMatch(name -> name.contains(",")));
    }

    @Test
    void everyRoleExistsInItsProgram() throws IOException {
        String source;
        try (InputStream packed = Programs.class.getResourceAsStream("peer.c")) {
            source = new String(packed.readAllBytes(), StandardCharsets.UTF_8);
        }
        peers().forEach(peer -> {
            switch (peer.program()) {
                case OURS, OURS_25 ->
                    assertThat(io.zmtp.samples.benchmarks.peer.Roles.ALL).containsKey(peer.role());
                case JEROMQ ->
                    assertThat(io.zmtp.samples.benchmarks.jeromq.Roles.ALL).containsKey(peer.role());
                case RAW -> assertThat(io.zmtp.samples.benchmarks.raw.Roles.ALL).containsKey(peer.role());
                case LIBZMQ -> assertThat(source).contains("{\"" + peer.role() + "\", ");
                case SPRING, SPRING_25, SPRING_UNPACKED, SPRING_UNPACKED_25 ->
                    assertThat(springRoles()).contains("\"" + peer.role() + "\", ");
                case TOOL, TOOL_25 -> assertThat(peer.role()).startsWith("pull ");
            }
        });
    }

    @Test
    void everyGoalIsAboutVariantsAndPointsThatAreThere() {
        for (Experiment experiment : Catalogue.ALL) {
            List<String> names =
                    experiment.variants().stream().map(Variant::name).toList();
            assertThat(experiment.goals()).as(experiment.name()).allSatisfy(goal -> {
                assertThat(names).contains(goal.variant());
                assertThat(goal.reference())
                        .satisfiesAnyOf(
                                reference -> assertThat(reference).isEmpty(),
                                reference -> assertThat(names).contains(reference));
                assertThat(experiment.axis().points()).containsAll(goal.points());
            });
        }
    }

    @Test
    void everyExperimentWithPeersOfOursThatRunOnIsThereOnTheNewerJdkToo() {
        assertThat(Catalogue.ALL)
                .filteredOn(experiment -> experiment.variants().get(0).canMove())
                .isNotEmpty()
                .allSatisfy(experiment -> {
                    assertThat(experiment.variants()).anyMatch(Variant::isOn25);
                    assertThat(experiment.variants().stream().map(Variant::name))
                            .doesNotHaveDuplicates();
                });
    }

    @Test
    void everyProcedureHasThePeersThatItStarts() {
        assertThat(Catalogue.ALL)
                .flatExtracting(Experiment::variants)
                .allSatisfy(variant -> assertThat(variant.peers())
                        .hasSize(Set.of(Procedure.START).contains(variant.procedure()) ? 1 : 2));
    }

    /** The other module cannot be seen from here, except as source text. */
    private static String springRoles() {
        try {
            return Files.readString(Path.of(
                    "../benchmarks-spring/src/main/java/io/zmtp/samples/benchmarks/spring/SpringBenchmarks.java"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Stream<Peer> peers() {
        return Catalogue.ALL.stream()
                .flatMap(experiment -> experiment.variants().stream())
                .flatMap(variant -> variant.peers().stream());
    }
}
