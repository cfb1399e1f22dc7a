package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the sentences and tables of the pages name in code is there: tests, types with their methods, methods, properties and meters. */
class NameTests {

    private static final Pattern TEST = Pattern.compile("(\\w+Tests)(?:\\.(\\w+))?");
    private static final Pattern METHOD = Pattern.compile("(?:([A-Z]\\w+)\\.)?([a-z]\\w*)\\(.*\\)");
    private static final Pattern KEY = Pattern.compile("zmtp(\\.[a-z-]+)+");
    private static final Pattern CONSTANT = Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:\\.([A-Z][A-Z_]+))?");

    /** Pages that name methods of other libraries too. */
    private static final Pattern OF_OTHERS = Pattern.compile("docs/(migrating.*|spring-integration)\\.md");

    /** Methods of others that pages name. */
    private static final Set<String> KNOWN = Set.of("withContext");

    private static final Map<String, List<Class<?>>> TYPES = types();

    private static final Set<String> METHODS = methods();

    /** The properties of the starter, and the names of meters. */
    private static final Set<String> KEYS = keys();

    @TestFactory
    Stream<DynamicTest> areThere() throws IOException {
        Map<String, List<Path>> tests = tests();
        return Stream.concat(Stream.of(Page.of("README.md")), inDocs())
                .map(page -> DynamicTest.dynamicTest(page.toString(), () -> {
                    List<String> missing = new ArrayList<>();
                    for (String word : page.words()) {
                        boolean ofOthers =
                                OF_OTHERS.matcher(page.toString()).matches() && word.matches("[a-z]\\w*\\(.*");
                        if (!ofOthers && !isThere(word, tests)) {
                            missing.add(word);
                        }
                    }
                    assertThat(missing).isEmpty();
                }));
    }

    @Test
    void whatIsNotThereIsFound() throws IOException {
        Map<String, List<Path>> tests = tests();
        assertThat(List.of(
                        "PushSocket.sent(…)",
                        "NoSuchTests.isThere",
                        "NameTests.isNotThere",
                        "flurb()",
                        "ZmtpFlurb",
                        "zmtp.flurb"))
                .noneMatch(word -> isThere(word, tests));
        assertThat(List.of(
                        "PushSocket.send(…)",
                        "NameTests.areThere",
                        "send(publisher)",
                        "Overflow.LATEST",
                        "zmtp.ping",
                        "zmtp"))
                .allMatch(word -> isThere(word, tests));
    }

    private static Stream<Page> inDocs() {
        return Page.all().stream().filter(page -> page.file().startsWith(Page.ROOT.resolve("docs")));
    }

    private static boolean isThere(String word, Map<String, List<Path>> tests) {
        Matcher test = TEST.matcher(word);
        Matcher method = METHOD.matcher(word);
        Matcher constant = CONSTANT.matcher(word);
        if (test.matches()) {
            return tests.containsKey(test.group(1))
                    && (test.group(2) == null
                            || tests.get(test.group(1)).stream()
                                    .anyMatch(file -> read(file).contains(" " + test.group(2) + "(")));
        } else if (method.matches()) {
            return method.group(1) == null
                    ? METHODS.contains(method.group(2)) || KNOWN.contains(method.group(2))
                    : !isOurs(method.group(1)) || has(method.group(1), method.group(2));
        } else if (KEY.matcher(word).matches()) {
            return KEYS.contains(word) || KEYS.stream().anyMatch(key -> key.startsWith(word + "."));
        } else if (constant.matches()) {
            return constant.group(2) == null || !TYPES.containsKey(constant.group(1))
                    ? !isOurs(constant.group(1)) || TYPES.containsKey(constant.group(1))
                    : hasConstant(constant.group(1), constant.group(2));
        }
        return true;
    }

    /** By its name: types of ours begin so, or are there. */
    private static boolean isOurs(String type) {
        return type.startsWith("Zmtp") || type.matches("[A-Z][A-Za-z]*Socket") || TYPES.containsKey(type);
    }

    private static boolean has(String type, String method) {
        return TYPES.getOrDefault(type, List.of()).stream()
                .flatMap(each -> Stream.of(each.getMethods(), each.getDeclaredMethods()))
                .flatMap(Arrays::stream)
                .anyMatch(each -> each.getName().equals(method));
    }

    private static boolean hasConstant(String type, String name) {
        return TYPES.get(type).stream()
                .flatMap(each -> Arrays.stream(each.getDeclaredFields()))
                .anyMatch(each -> each.getName().equals(name));
    }

    /** The types of the project, by their simple names. */
    private static Map<String, List<Class<?>>> types() {
        Map<String, List<Class<?>>> types = new HashMap<>();
        forEachSource((sources, file) -> {
            String name = sources.relativize(file).toString();
            add(name.substring(0, name.length() - ".java".length()).replace('/', '.'), types);
        });
        return types;
    }

    /** What stands in quotation marks in the code, and what is in the table of properties, which has a test of its own. */
    private static Set<String> keys() {
        Set<String> keys = new HashSet<>();
        Pattern quoted = Pattern.compile("\"(" + KEY + ")\"");
        forEachSource((sources, file) -> quoted.matcher(read(file)).results().forEach(key -> keys.add(key.group(1))));
        Pattern row = Pattern.compile("(?m)^\\| `(" + KEY + ")`");
        row.matcher(read(Page.ROOT.resolve("docs/spring-properties.md")))
                .results()
                .forEach(key -> keys.add(key.group(1)));
        return keys;
    }

    private static void forEachSource(BiConsumer<Path, Path> each) {
        for (String module : List.of(
                "zmtp-reactive",
                "zmtp-spring-boot-starter/runtime",
                "zmtp-spring-boot-starter/autoconfigure",
                "zmtp-spring-boot-starter/test")) {
            Path sources = Page.ROOT.resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> each.accept(sources, file));
            } catch (IOException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }
    }

    private static void add(String name, Map<String, List<Class<?>>> types) {
        if (name.endsWith("package-info")) {
            return;
        }
        List<Class<?>> waiting = new ArrayList<>();
        try {
            waiting.add(Class.forName(name, false, NameTests.class.getClassLoader()));
        } catch (ClassNotFoundException | NoClassDefFoundError needsMoreThanIsHere) {
            types.computeIfAbsent(name.substring(name.lastIndexOf('.') + 1), none -> new ArrayList<>());
            return;
        }
        while (!waiting.isEmpty()) {
            Class<?> type = waiting.remove(waiting.size() - 1);
            types.computeIfAbsent(type.getSimpleName(), none -> new ArrayList<>())
                    .add(type);
            try {
                waiting.addAll(List.of(type.getDeclaredClasses()));
            } catch (NoClassDefFoundError needsMoreThanIsHere) {
                continue;
            }
        }
    }

    private static Set<String> methods() {
        Set<String> names = new HashSet<>();
        Stream<Class<?>> all = Stream.concat(
                TYPES.values().stream().flatMap(List::stream), Stream.of(Flux.class, Mono.class, String.class));
        all.forEach(type -> {
            try {
                for (Method method : type.getMethods()) {
                    names.add(method.getName());
                }
            } catch (NoClassDefFoundError needsMoreThanIsHere) {
                names.remove("");
            }
        });
        return names;
    }

    /** The tests of the project, by their simple names. */
    private static Map<String, List<Path>> tests() throws IOException {
        Map<String, List<Path>> tests = new HashMap<>();
        try (Stream<Path> files = Files.walk(Page.ROOT)) {
            files.filter(file -> file.toString().endsWith("Tests.java"))
                    .forEach(file -> tests.computeIfAbsent(
                                    file.getFileName().toString().replace(".java", ""), none -> new ArrayList<>())
                            .add(file));
        }
        return tests;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
