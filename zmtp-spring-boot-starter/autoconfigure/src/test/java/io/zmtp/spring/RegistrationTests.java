package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.zmtp.spring.autoconfigure.SocketOptionsCustomizer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

class RegistrationTests {

    @Test
    void registersEveryAutoConfiguration() {
        List<String> there = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.zmtp.spring")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(AutoConfiguration.class))
                        .map(JavaClass::getName)
                        .toList();
        assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
                        .getCandidates())
                .filteredOn(name -> name.startsWith("io.zmtp."))
                .containsExactlyInAnyOrderElementsOf(there);
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizing {
        final List<String> asked = new ArrayList<>();

        @Bean
        @Order(2)
        SocketOptionsCustomizer second() {
            return (socket, options) -> {
                asked.add("second");
                return options;
            };
        }

        @Bean
        @Order(1)
        SocketOptionsCustomizer first() {
            return (socket, options) -> {
                asked.add("first");
                return options;
            };
        }
    }

    @Test
    void asksCustomizersInTheirOrder() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ZmtpAutoConfiguration.class))
                .withUserConfiguration(Customizing.class)
                .withPropertyValues("zmtp.sockets.a.type=push", "zmtp.sockets.a.connect=")
                .run(context ->
                        assertThat(context.getBean(Customizing.class).asked).containsExactly("first", "second"));
    }
}
