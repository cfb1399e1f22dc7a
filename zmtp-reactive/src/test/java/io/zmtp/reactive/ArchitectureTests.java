package io.zmtp.reactive;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Dependencies point one way. */
class ArchitectureTests {
    private static final String ROOT = "io.zmtp.reactive";
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final List<String> REACTOR = List.of("reactor.core..", "reactor.util..", "org.reactivestreams..");
    private static final List<String> NETTY = List.of("reactor.netty..", "io.netty..");
    private static final List<String> NETTY_BY_INHERITANCE = List.of("io.netty.channel", "io.netty.handler.ssl");
    private static final List<String> BOUNCY_CASTLE = List.of("org.bouncycastle..");
    private static final List<String> MICROMETER = List.of("io.micrometer.core..");

    /** Beyond these: itself, the vocabulary, the JDK and jspecify's annotations. */
    static final List<Row> TABLE = List.of(
            new Row("", List.of(), List.of()),
            new Row("wire", List.of(), List.of()),
            new Row("delivery", List.of(), List.of(REACTOR)),
            new Row("monitor", List.of(), List.of(REACTOR)),
            new Row("mechanism.crypto", List.of(), List.of(BOUNCY_CASTLE)),
            new Row("mechanism", List.of("wire", "mechanism.crypto"), List.of(REACTOR)),
            new Row("transport", List.of("wire"), List.of(REACTOR, NETTY)),
            new Row("transport.ws", List.of("transport", "wire"), List.of(REACTOR, NETTY)),
            new Row("pipe", List.of("wire", "monitor"), List.of(REACTOR)),
            new Row("routing", List.of("pipe", "delivery", "wire", "monitor"), List.of(REACTOR)),
            new Row(
                    "connection",
                    List.of("transport", "transport.ws", "mechanism", "pipe", "wire", "monitor"),
                    List.of(REACTOR, NETTY)),
            new Row(
                    "endpoint",
                    List.of("connection", "pipe", "transport", "wire", "monitor"),
                    List.of(REACTOR, NETTY_BY_INHERITANCE)),
            new Row(
                    "socket",
                    List.of(
                            "connection",
                            "endpoint",
                            "mechanism",
                            "delivery",
                            "pipe",
                            "routing",
                            "transport",
                            "wire",
                            "monitor"),
                    List.of(REACTOR, NETTY_BY_INHERITANCE)),
            new Row("blocking", List.of("socket", "pipe"), List.of(REACTOR)),
            new Row("replay", List.of("socket", "routing", "pipe", "wire", "monitor"), List.of(REACTOR)),
            new Row("metrics", List.of("monitor"), List.of(MICROMETER)),
            new Row(
                    "test",
                    List.of("socket", "connection", "transport", "wire"),
                    List.of(REACTOR, NETTY_BY_INHERITANCE)));

    @ParameterizedTest
    @FieldSource("TABLE")
    void packageSeesOnlyWhatTheTableAllows(Row row) {
        classes()
                .that()
                .resideInAPackage(fullName(row.name))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(row.allowed())
                .allowEmptyShould(true)
                .check(MAIN);
    }

    /** Connections know octets and messages only, whatever carries them. */
    @Test
    void httpIsSpokenInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".transport.ws")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.handler.codec.http..")
                .check(MAIN);
    }

    @Test
    void everyPackageIsInTheTable() {
        assertThat(packages().map(JavaPackage::getName))
                .isSubsetOf(TABLE.stream().map(row -> fullName(row.name)).toList());
    }

    @Test
    void looksAtTheMainClassesAndAtNoTest() {
        assertThat(MAIN).extracting(JavaClass::getName).contains(ROOT + ".package-info");
        assertThat(MAIN)
                .extracting(type -> type.getSource().orElseThrow().getUri().toString())
                .noneMatch(uri -> uri.contains("test-classes"));
    }

    @Test
    void packagesFormNoCycle() {
        slices().assignedFrom(new ByPackage())
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(packages())
                .allSatisfy(unit -> assertThat(unit.isAnnotatedWith(NullMarked.class))
                        .as("@NullMarked on package-info of %s", unit.getName())
                        .isTrue());
    }

    @Test
    void blocksInMethodsNamedNowOnly() {
        noClasses()
                .should()
                .accessTargetWhere(
                        describe("waits for a publisher outside of methods named …Now", ArchitectureTests::blocks))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void neverSleeps() {
        noClasses()
                .should()
                .accessTargetWhere(describe("sleeps", ArchitectureTests::sleeps))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    /** It would tell, by the time it takes, how much of a tag or key was right. */
    @Test
    void comparesNoSecretsOctetByOctet() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".mechanism..")
                .should()
                .callMethodWhere(describe("compares arrays until they differ", ArchitectureTests::compares))
                .check(MAIN);
    }

    private static boolean compares(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo(Arrays.class)
                && access.getName().matches("equals|mismatch|compare|compareUnsigned");
    }

    /** So that nothing changes when somebody sets the clock. */
    @Test
    void neverAsksForTheTimeOfDay() {
        noClasses()
                .should()
                .accessTargetWhere(describe("asks for the time of day", ArchitectureTests::asksForTheTimeOfDay))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    private static boolean asksForTheTimeOfDay(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        boolean system = owner.isEquivalentTo(System.class) && access.getName().equals("currentTimeMillis");
        boolean now =
                owner.getPackageName().equals("java.time") && access.getName().equals("now");
        boolean date = owner.isEquivalentTo(Date.class) && access.getName().equals("<init>");
        return system || now || date || owner.isAssignableTo(Clock.class);
    }

    private static boolean blocks(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return (owner.isAssignableTo(Mono.class) || owner.isAssignableTo(Flux.class))
                && access.getName().matches("block.*|toIterable|toStream")
                && !access.getOrigin().getName().endsWith("Now");
    }

    private static boolean sleeps(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return (owner.isAssignableTo(Thread.class) || owner.isAssignableTo(TimeUnit.class))
                && access.getName().equals("sleep");
    }

    private static Stream<JavaPackage> packages() {
        return MAIN.stream().map(JavaClass::getPackage).distinct();
    }

    private static String fullName(String name) {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }

    record Row(String name, List<String> inside, List<List<String>> outside) {
        String[] allowed() {
            return Stream.of(
                            Stream.of(ROOT, fullName(name), "java..", "javax..", "org.jspecify.annotations"),
                            inside.stream().map(ArchitectureTests::fullName),
                            outside.stream().flatMap(List::stream))
                    .flatMap(all -> all)
                    .toArray(String[]::new);
        }

        @Override
        public String toString() {
            return name.isEmpty() ? "the vocabulary" : name;
        }
    }

    private static final class ByPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
