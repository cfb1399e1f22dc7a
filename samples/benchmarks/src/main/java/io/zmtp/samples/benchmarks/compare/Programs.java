package io.zmtp.samples.benchmarks.compare;

import io.zmtp.samples.benchmarks.Main;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What is installed: how each program is started, or what has to be installed for it. */
final class Programs implements AutoCloseable {
    private static final int NEWER = 25;
    private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g");

    /** JDKs from 24 on warn of what Netty does without these. */
    private static final List<String> JVM_25 =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final Path folder;
    private final Map<Program, List<String>> javas = new EnumMap<>(Program.class);
    private final Map<Program, List<String>> starts = new EnumMap<>(Program.class);
    private final Map<Program, String> missing = new EnumMap<>(Program.class);

    /** The jar of the starter's peers, if there is one. */
    private Optional<String> packed = Optional.empty();

    private Programs(Path folder) {
        this.folder = folder;
    }

    static Programs find(Options options) throws IOException, InterruptedException {
        Programs programs = new Programs(Files.createTempDirectory("benchmarks"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> java17 = Runtime.version().feature() < NEWER ? List.of(java) : with(java, JVM_25);
        List<String> main = List.of("-cp", absoluteClassPath(), Main.class.getName());
        programs.add(Program.OURS, java17, append(main, "peer"));
        programs.add(Program.JEROMQ, java17, append(main, "jeromq"));
        programs.add(Program.RAW, java17, append(main, "raw"));
        Optional<String> spring = programs.jar(Program.SPRING, options.place("spring"), "benchmarks-spring");
        Optional<String> tool = programs.jar(Program.TOOL, options.place("tool"), "zmtp");
        programs.packed = spring;
        spring.ifPresent(jar -> programs.add(Program.SPRING, java17, List.of("-jar", jar)));
        spring.ifPresent(jar -> programs.add(Program.SPRING_UNPACKED, java17, List.of("-jar", programs.unpacked(jar))));
        tool.ifPresent(jar -> programs.add(Program.TOOL, java17, List.of("-jar", jar)));
        programs.findNewer(options.place("jdk25")).ifPresent(newer -> {
            List<String> java25 = with(newer, JVM_25);
            programs.add(Program.OURS_25, java25, append(main, "peer"));
            spring.ifPresent(jar -> programs.add(Program.SPRING_25, java25, List.of("-jar", jar)));
            spring.ifPresent(
                    jar -> programs.add(Program.SPRING_UNPACKED_25, java25, List.of("-jar", programs.unpacked(jar))));
            tool.ifPresent(jar -> programs.add(Program.TOOL_25, java25, List.of("-jar", jar)));
        });
        programs.missAlso(Program.SPRING, Program.SPRING_UNPACKED, Program.SPRING_25, Program.SPRING_UNPACKED_25);
        programs.missAlso(Program.TOOL, Program.TOOL_25);
        programs.findLibzmq(options.place("zmq"));
        return programs;
    }

    /** What the first one lacks the others lack too. */
    private void missAlso(Program program, Program... others) {
        String reason = missing.get(program);
        if (reason != null) {
            List.of(others).forEach(other -> missing.put(other, reason));
        }
    }

    private String unpacked(String jar) {
        return folder.resolve("unpacked").resolve(Path.of(jar).getFileName()).toString();
    }

    /** Makes what has to be there before any of the variant's processes is started. */
    void prepare(Variant variant) throws IOException, InterruptedException {
        boolean isUnpacked = variant.programs().contains(Program.SPRING_UNPACKED)
                || variant.programs().contains(Program.SPRING_UNPACKED_25);
        if (isUnpacked && !Files.exists(Path.of(unpacked(packed.orElseThrow())))) {
            unpack(packed.orElseThrow());
        }
    }

    private void unpack(String jar) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(javas.get(Program.SPRING));
        command.addAll(List.of("-Djarmode=tools", "-jar", jar, "extract", "--force", "--destination"));
        command.add(Path.of(unpacked(jar)).getParent().toString());
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("unpacked.log").toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("unpacking " + jar + " ended with the status " + status);
        }
    }

    private void add(Program program, List<String> java, List<String> start) {
        javas.put(program, java);
        starts.put(program, start);
    }

    /** What has to be done to have the program; nothing if it is there. */
    Optional<String> missing(Program program) {
        return Optional.ofNullable(missing.get(program));
    }

    /**
     * The command of a peer, without its settings.
     *
     * @param archive the file of its class archive, for the option {@link Peer#ARCHIVE}
     * @param isTraining whether the run is to write that file instead of reading it
     */
    List<String> command(Peer peer, Path archive, boolean isTraining) {
        List<String> command = new ArrayList<>(javas.get(peer.program()));
        if (peer.program() != Program.LIBZMQ) {
            boolean isNewer = peer.program().isOn25() || Runtime.version().feature() >= NEWER;
            (peer.jvm().isEmpty() ? JVM : peer.jvm())
                    .forEach(option -> command.addAll(
                            option.equals(Peer.ARCHIVE)
                                    ? archiveOptions(isNewer, isTraining, archive)
                                    : List.of(option)));
        }
        command.addAll(starts.get(peer.program()));
        return command;
    }

    /** What the JVM says of the archive is no line of the program. */
    private static List<String> archiveOptions(boolean isNewer, boolean isTraining, Path archive) {
        String option = isNewer
                ? (isTraining ? "-XX:AOTCacheOutput=" : "-XX:AOTCache=")
                : (isTraining ? "-XX:ArchiveClassesAtExit=" : "-XX:SharedArchiveFile=");
        return List.of("-Xlog:disable", "-Xlog:all=warning:stderr", option + archive);
    }

    /** A folder for what is made on the way. */
    Path folder() {
        return folder;
    }

    /** The other sample's jar: where it is said to be, else beside this one. */
    private Optional<String> jar(Program program, String place, String name) {
        Path built = Path.of(absoluteClassPath().split(File.pathSeparator)[0]).getParent();
        String sample = name.equals("zmtp") ? "cli" : name;
        Stream<Path> candidates = place.equals("auto")
                ? Stream.of(
                        built.resolve(name + ".jar"),
                        built.resolve("../../" + sample + "/target/" + name + ".jar")
                                .normalize())
                : Stream.of(Path.of(place));
        Optional<String> found = candidates
                .filter(file -> !place.equals("off") && Files.isRegularFile(file))
                .map(file -> file.toAbsolutePath().toString())
                .findFirst();
        if (found.isEmpty()) {
            missing.put(
                    program,
                    place.equals("off")
                            ? "left out by the command line"
                            : "build it with mvn -Dquick -DskipTests -pl samples/" + sample + " -am package");
        }
        return found;
    }

    private Optional<String> findNewer(String place) throws IOException {
        Optional<String> found = Optional.empty();
        String reason = "needs a JDK " + NEWER + " or newer: set JAVA_HOME_25, or install one under /usr/lib/jvm";
        if (place.equals("off")) {
            reason = "left out by the command line";
        } else if (Runtime.version().feature() >= NEWER) {
            reason = "this runs on JDK " + Runtime.version().feature() + " itself: start it with 17 to have both";
        } else if (!place.equals("auto")) {
            found = Optional.of(Path.of(place, "bin", "java").toString());
        } else {
            found = newest().map(home -> home.resolve("bin/java").toString());
        }
        if (found.isEmpty()) {
            for (Program program : Program.values()) {
                if (program.isOn25()) {
                    missing.put(program, reason);
                }
            }
        }
        return found;
    }

    private static Optional<Path> newest() throws IOException {
        String named = System.getenv("JAVA_HOME_25");
        if (named != null && number(Path.of(named)) >= NEWER) {
            return Optional.of(Path.of(named));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(installed)) {
            return homes.filter(home -> number(home) >= NEWER).max(Comparator.comparing(Programs::number));
        }
    }

    /** The JDK's number as its file says it; 0 if there is none. */
    private static int number(Path home) {
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("\\D*(\\d+).*", "$1"))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException none) {
            return 0;
        }
    }

    private void findLibzmq(String place) throws IOException, InterruptedException {
        if (place.equals("off")) {
            missing.put(Program.LIBZMQ, "left out by the command line");
        } else if (!place.equals("auto")) {
            add(Program.LIBZMQ, List.of(), List.of(place));
        } else if (compile()) {
            add(Program.LIBZMQ, List.of(), List.of(folder.resolve("peer").toString()));
        } else {
            missing.put(
                    Program.LIBZMQ,
                    "needs a C compiler and libzmq's headers: install gcc, libc6-dev and libzmq3-dev (Debian)");
        }
    }

    private boolean compile() throws IOException, InterruptedException {
        for (String source : List.of("peer.c", "measure.h")) {
            try (InputStream packed = Programs.class.getResourceAsStream(source)) {
                Files.copy(packed, folder.resolve(source));
            }
        }
        String compiler = System.getenv().getOrDefault("CC", "cc");
        try {
            return new ProcessBuilder(
                                    compiler,
                                    "-O2",
                                    "-o",
                                    folder.resolve("peer").toString(),
                                    folder.resolve("peer.c").toString(),
                                    "-lzmq",
                                    "-lpthread")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("compiler.log").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noCompiler) {
            return false;
        }
    }

    private static String absoluteClassPath() {
        return String.join(
                File.pathSeparator,
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(part -> Path.of(part).toAbsolutePath().toString())
                        .toList());
    }

    private static List<String> with(String java, List<String> options) {
        return Stream.concat(Stream.of(java), options.stream()).toList();
    }

    private static List<String> append(List<String> list, String last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
