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
        spring.ifPresent(jar -> programs.add(Program.SPRING, java17, List.of("-jar", jar)));
        programs.jar(Program.TOOL, options.place("tool"), "zmtp")
                .ifPresent(jar -> programs.add(Program.TOOL, java17, List.of("-jar", jar)));
        programs.findNewer(options.place("jdk25")).ifPresent(newer -> {
            programs.add(Program.OURS_25, with(newer, JVM_25), append(main, "peer"));
            spring.ifPresent(jar -> programs.add(Program.SPRING_25, with(newer, JVM_25), List.of("-jar", jar)));
        });
        if (spring.isEmpty()) {
            programs.missing.put(Program.SPRING_25, programs.missing.get(Program.SPRING));
        }
        programs.findLibzmq(options.place("zmq"));
        return programs;
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
            (peer.jvm().isEmpty() ? JVM : peer.jvm())
                    .forEach(option -> command.add(
                            option.equals(Peer.ARCHIVE) ? archiveOption(command, isTraining) + archive : option));
        }
        command.addAll(starts.get(peer.program()));
        return command;
    }

    private static String archiveOption(List<String> command, boolean isTraining) {
        boolean isNewer = command.containsAll(JVM_25);
        if (isTraining) {
            return isNewer ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
        }
        return isNewer ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
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
            missing.put(Program.OURS_25, reason);
            missing.put(Program.SPRING_25, reason);
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
