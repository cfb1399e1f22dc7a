package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import io.zmtp.docs.Page.Block;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every block of Java in the pages is a part of a sample, or compiles, with what the comments before it give. It may be members, statements or an
 * expression; what is imported below it need not import. In place of {@code …} may be anything.
 */
class JavaBlockTests {

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    private static final List<String> IMPORTS = List.of(
            "java.io.*",
            "java.nio.file.*",
            "java.time.*",
            "java.util.*",
            "java.util.concurrent.*",
            "java.util.function.*",
            "java.util.stream.*",
            "io.netty.handler.ssl.*",
            "io.zmtp.reactive.*",
            "io.zmtp.reactive.blocking.*",
            "io.zmtp.reactive.connection.*",
            "io.zmtp.reactive.delivery.*",
            "io.zmtp.reactive.mechanism.*",
            "io.zmtp.reactive.metrics.*",
            "io.zmtp.reactive.monitor.*",
            "io.zmtp.reactive.replay.*",
            "io.zmtp.reactive.socket.*",
            "io.zmtp.reactive.test.*",
            "io.zmtp.reactive.transport.ws.*",
            "io.zmtp.spring.client.*",
            "io.zmtp.spring.core.*",
            "io.zmtp.spring.listener.*",
            "io.zmtp.spring.template.*",
            "io.zmtp.spring.test.*",
            "org.junit.jupiter.api.Test",
            "org.springframework.beans.factory.annotation.*",
            "org.springframework.boot.autoconfigure.*",
            "org.springframework.boot.test.web.server.*",
            "org.springframework.context.annotation.*",
            "org.springframework.messaging.handler.annotation.*",
            "reactor.core.publisher.*",
            "reactor.core.scheduler.*",
            "reactor.test.*",
            "reactor.util.retry.*",
            "static org.assertj.core.api.Assertions.*");

    @TestFactory
    Stream<DynamicTest> compile() throws IOException {
        String samples = samples();
        List<Block> blocks = Page.all().stream()
                .flatMap(page -> page.blocks("java").stream())
                .filter(block -> !samples.contains(stripped(block.code())))
                .toList();
        List<Source> sources = new ArrayList<>();
        for (Block block : blocks) {
            sources.add(source("Block" + sources.size(), block));
        }
        DiagnosticCollector<JavaFileObject> found = compile(sources);
        return sources.stream()
                .map(source -> DynamicTest.dynamicTest(
                        source.block.toString(),
                        () -> assertThat(errors(found, source))
                                .as("%s", source.block)
                                .isEmpty()));
    }

    @Test
    void aBlockThatNamesWhatIsNotThereIsFound() {
        Block wrong = new Block(Page.of("README.md"), 1, "PushSocket.create().sent(\"hello\");", "");
        Source source = source("Wrong", wrong);
        assertThat(errors(compile(List.of(source)), source))
                .singleElement()
                .asString()
                .contains("sent");
    }

    /** The programs of the samples, which have tests of their own. */
    private static String samples() throws IOException {
        StringBuilder programs = new StringBuilder();
        try (Stream<Path> files = Files.walk(Page.ROOT.resolve("samples"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                programs.append(stripped(Files.readString(file)));
            }
        }
        return programs.toString();
    }

    /** Without blank lines and indentation. */
    private static String stripped(String code) {
        return code.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static Source source(String name, Block block) {
        List<UnaryOperator<String>> forms = List.of(
                code -> code,
                code -> "void run() throws Exception {\n" + code + "\n}",
                code -> "void run() throws Exception {\n Object value = " + code + ";\n}");
        Source source = null;
        for (UnaryOperator<String> form : forms) {
            source = new Source(name, block, unit(name, block, form));
            if (parses(source)) {
                return source;
            }
        }
        return new Source(name, block, unit(name, block, forms.get(1)));
    }

    private static String unit(String name, Block block, UnaryOperator<String> form) {
        String given = block.given().lines().filter(JavaBlockTests::isNoImport).collect(Collectors.joining("\n"));
        String code = block.code().lines().filter(JavaBlockTests::isNoImport).collect(Collectors.joining("\n"));
        return Stream.concat(block.given().lines(), block.code().lines())
                        .filter(line -> !isNoImport(line))
                        .distinct()
                        .collect(Collectors.joining("\n"))
                + IMPORTS.stream().map(each -> "\nimport " + each + ";").collect(Collectors.joining())
                + "\nabstract class " + name + " {\n" + given + "\nabstract class Shown {\n"
                + form.apply(code.replace("{ … }", "{ throw null; }").replace("…", "null")) + "\n}\n}\n";
    }

    private static boolean isNoImport(String line) {
        return !line.startsWith("import ");
    }

    private static boolean parses(Source source) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try {
            task(List.of(source), found).parse();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return found.getDiagnostics().stream().noneMatch(each -> each.getKind() == Diagnostic.Kind.ERROR);
    }

    private static DiagnosticCollector<JavaFileObject> compile(List<Source> sources) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try {
            task(sources, found).analyze();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return found;
    }

    private static JavacTask task(List<Source> sources, DiagnosticCollector<JavaFileObject> found) {
        List<String> options = List.of(
                "-proc:none",
                "-Xmaxerrs",
                "1000",
                "-XDshould-stop.ifError=FLOW",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        return (JavacTask) COMPILER.getTask(null, null, found, options, null, sources);
    }

    private static List<String> errors(DiagnosticCollector<JavaFileObject> found, Source source) {
        return found.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR && source.equals(each.getSource()))
                .map(each -> source.text
                                .lines()
                                .toList()
                                .get((int) each.getLineNumber() - 1)
                                .strip() + ": " + each.getMessage(Locale.ROOT))
                .toList();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final Block block;
        private final String text;

        Source(String name, Block block, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.block = block;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
