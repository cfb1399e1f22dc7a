package io.zmtp.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.springframework.boot.autoconfigure.AutoConfiguration;

@AnalyzeClasses(packages = "io.zmtp.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    /** The packages, and which others each may see. Those that nobody may see are at the end. */
    private static final Map<String, Set<String>> SEEN_BY_EACH = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("listener", Set.of("core", "listener.method", "listener.source")),
            Map.entry("listener.method", Set.of("core")),
            Map.entry("listener.source", Set.of("core", "listener.method")),
            Map.entry("template", Set.of("core")),
            Map.entry("client", Set.of("core", "template")),
            Map.entry("autoconfigure.properties", Set.of("core")),
            Map.entry("autoconfigure.security", Set.of("core", "autoconfigure.properties")),
            Map.entry("autoconfigure.loops", Set.of("core", "autoconfigure.properties")),
            Map.entry("autoconfigure.diagnostics", Set.of("core", "autoconfigure.properties")),
            Map.entry("discovery", Set.of("core")),
            Map.entry(
                    "autoconfigure",
                    Set.of(
                            "core",
                            "listener",
                            "template",
                            "client",
                            "discovery",
                            "autoconfigure.properties",
                            "autoconfigure.security",
                            "autoconfigure.loops")),
            Map.entry("autoconfigure.web", Set.of("autoconfigure")),
            Map.entry("health", Set.of("core", "listener", "discovery", "autoconfigure", "autoconfigure.properties")),
            Map.entry("metrics", Set.of("core", "listener", "autoconfigure")),
            Map.entry("integration", Set.of("core", "listener", "template")),
            Map.entry("stream", Set.of("core", "listener", "template", "autoconfigure", "autoconfigure.properties")),
            Map.entry("container", Set.of("core", "autoconfigure")),
            Map.entry("test", Set.of("core", "autoconfigure", "autoconfigure.properties")));

    private static final int MAX_TYPES_OF_A_PACKAGE = 35;

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.zmtp.spring.(**)").should().beFreeOfCycles();

    @ArchTest
    static void eachPackageSeesOnlyThoseOfTheTable(JavaClasses classes) {
        SEEN_BY_EACH.forEach((from, seen) -> {
            String[] others = SEEN_BY_EACH.keySet().stream()
                    .filter(each -> !each.equals(from) && !seen.contains(each))
                    .map(each -> "io.zmtp.spring." + each)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("io.zmtp.spring." + from)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(classes);
        });
    }

    @ArchTest
    static final ArchRule allPackagesAreInTheTable = classes()
            .should()
            .resideInAnyPackage(SEEN_BY_EACH.keySet().stream()
                    .map(each -> "io.zmtp.spring." + each)
                    .toArray(String[]::new));

    @ArchTest
    static void packagesAreSmall(JavaClasses classes) {
        Map<String, Long> types = classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(types.values()).allMatch(count -> count <= MAX_TYPES_OF_A_PACKAGE);
    }

    @ArchTest
    static void eachPackageIsInOneJar(JavaClasses classes) {
        Map<String, Set<String>> jars = classes.stream()
                .collect(Collectors.groupingBy(
                        JavaClass::getPackageName,
                        Collectors.mapping(ArchitectureTests::jar, Collectors.toUnmodifiableSet())));
        assertThat(jars.values()).allMatch(found -> found.size() == 1);
        assertThat(jars.values().stream().flatMap(Set::stream).distinct()).hasSize(3);
    }

    private static String jar(JavaClass type) {
        String file = type.getSource().orElseThrow().getUri().toString();
        return file.substring(0, file.lastIndexOf("io/zmtp/spring/"));
    }

    @ArchTest
    static final ArchRule whatListensAndSendsDoesNotSeeBoot = noClasses()
            .that()
            .resideInAnyPackage(
                    "..spring.core..",
                    "..spring.listener..",
                    "..spring.template..",
                    "..spring.client..",
                    "..spring.integration..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.boot..");

    /** Public to the compiler only. */
    @ArchTest
    static final ArchRule theLibrarysInternalsAreNotSeen = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.zmtp.reactive.pipe..",
                    "io.zmtp.reactive.routing..",
                    "io.zmtp.reactive.endpoint..",
                    "io.zmtp.reactive.mechanism.crypto..");

    @ArchTest
    static final ArchRule onlyIntegrationAndStreamSeeSpringIntegration = noClasses()
            .that()
            .resideOutsideOfPackages("io.zmtp.spring.integration..", "io.zmtp.spring.stream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.integration..");

    @ArchTest
    static final ArchRule onlyHealthSeesTheActuator = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.zmtp.spring.health..", "io.zmtp.spring.stream..") // a binder has health of its own
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..");

    @ArchTest
    static final ArchRule onlyDiscoverySeesSpringCloudsClients = noClasses()
            .that()
            .resideOutsideOfPackage("io.zmtp.spring.discovery..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.cloud.client..");

    @ArchTest
    static final ArchRule onlyStreamSeesCloudStream = noClasses()
            .that()
            .resideOutsideOfPackage("io.zmtp.spring.stream..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.cloud.stream..", "org.springframework.cloud.function..");

    @ArchTest
    static final ArchRule onlyTestSeesTestLibraries = noClasses()
            .that()
            .resideOutsideOfPackage("io.zmtp.spring.test..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.boot.test..", "org.springframework.test..", "org.junit..");

    @ArchTest
    static final ArchRule onlyContainerSeesContainers = noClasses()
            .that()
            .resideOutsideOfPackage("io.zmtp.spring.container..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.testcontainers..",
                    "org.springframework.boot.testcontainers..",
                    "org.springframework.boot.docker..");

    @ArchTest
    static final ArchRule autoConfigurationsAreFinal = classes()
            .that()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);

    @ArchTest
    static final ArchRule packagesAreNullMarked =
            classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
