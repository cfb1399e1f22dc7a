package io.zmtp.reactive;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is said for native images is what the library needs. It reflects on nothing itself; but Netty looks for annotations at
 * the methods of each handler. Field updaters and handles with constant arguments are found without metadata.
 */
class NativeImageTests {

    private static final String METADATA = "/META-INF/native-image/io.zmtp/zmtp-reactive/reflect-config.json";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.zmtp.reactive");

    private static List<JsonNode> entries() throws IOException {
        try (InputStream json = NativeImageTests.class.getResourceAsStream(METADATA)) {
            return StreamSupport.stream(JsonMapper.shared().readTree(json).spliterator(), false)
                    .toList();
        }
    }

    private static Set<String> handlers() {
        return MAIN.stream()
                .filter(type -> type.isAssignableTo(ChannelHandler.class) && !type.isInterface())
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesEachHandlerAndNothingElse() throws IOException {
        Set<String> named = entries().stream()
                .map(entry -> entry.get("name").stringValue())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(handlers()).isNotEmpty();
    }

    @Test
    void letsTheMethodsOfHandlersBeFoundWhereTheyAreUsed() throws IOException {
        assertThat(entries()).allSatisfy(entry -> {
            assertThat(entry.get("queryAllPublicMethods").booleanValue()).isTrue();
            assertThat(entry.get("condition").get("typeReachable")).isEqualTo(entry.get("name"));
        });
    }

    /** Except for what looks for the JDK's foreign functions, and is left out in a native image. */
    @Test
    void reflectsOnNothingElse() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.SodiumFunctions.*")
                .should()
                .accessTargetWhere(describe("needs metadata for native images", NativeImageTests::reflects))
                .check(MAIN);
    }

    private static boolean reflects(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return (owner.isEquivalentTo(Class.class)
                        && name.matches("forName|newInstance|getResource.*|get(Declared)?(Method|Field|Constructor)s?"))
                || (owner.isAssignableTo(ClassLoader.class) && name.matches("loadClass|getResource.*|resources"))
                || owner.isEquivalentTo(ServiceLoader.class)
                || owner.isEquivalentTo(Proxy.class)
                || owner.getPackageName().equals("java.lang.reflect")
                || (owner.isAssignableTo(AbstractBootstrap.class) && name.equals("channel"))
                || name.matches("loadLibrary|readObject");
    }
}
