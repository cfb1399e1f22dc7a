package io.zmtp.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.springframework.boot.autoconfigure.AutoConfiguration;

@AnalyzeClasses(packages = "io.zmtp.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.zmtp.spring.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule listenersKnowTheLibraryAndSpringButNotTheConfiguration = noClasses()
            .that()
            .resideInAPackage("..listener..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..autoconfigure..", "..template..", "..client..", "..health..", "..metrics..", "..test..")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.boot..");

    @ArchTest
    static final ArchRule theConfigurationDoesNotKnowWhatIsBuiltOnIt = noClasses()
            .that()
            .resideInAPackage("..autoconfigure..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..spring.health..", "..spring.metrics..", "..spring.test..");

    @ArchTest
    static final ArchRule onlyHealthSeesTheActuator = noClasses()
            .that()
            .resideOutsideOfPackage("io.zmtp.spring.health..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..");

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
