package io.zmtp.samples.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code compare [NAME …] [key=value …]}, or {@code compare list}. */
public final class Compare {
    private final Options options;
    private final Programs programs;
    private final Journal journal;
    private final Path errors;
    private final Set<Variant> trained = new HashSet<>();

    private Compare(Options options, Programs programs, Journal journal) throws IOException {
        this.options = options;
        this.programs = programs;
        this.journal = journal;
        this.errors = options.folder().resolve("errors.log");
        Files.writeString(errors, "");
    }

    /**
     * Runs the command.
     *
     * @param arguments what follows it
     * @throws IOException if results cannot be written
     * @throws InterruptedException if it is stopped
     */
    public static void run(List<String> arguments) throws IOException, InterruptedException {
        Options options = Options.parse(arguments);
        boolean isList = options.names().equals(List.of("list"));
        List<Experiment> experiments = isList ? Catalogue.ALL : chosen(options.names());
        try (Programs programs = Programs.find(options)) {
            if (isList) {
                list(programs);
                return;
            }
            Runtime.getRuntime().addShutdownHook(new Thread(Compare::endChildren));
            run(experiments, options, programs);
        }
    }

    /** What is still running when this is stopped. */
    private static void endChildren() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
    }

    private static List<Experiment> chosen(List<String> names) {
        Map<String, Experiment> all =
                Catalogue.ALL.stream().collect(Collectors.toMap(Experiment::name, Function.identity()));
        return names.isEmpty()
                ? Catalogue.ALL
                : names.stream()
                        .map(name -> {
                            if (!all.containsKey(name)) {
                                throw new IllegalArgumentException(
                                        "expected the name of an experiment, but there is no \"" + name
                                                + "\": `compare list` lists all");
                            }
                            return all.get(name);
                        })
                        .toList();
    }

    private static void list(Programs programs) {
        for (Experiment experiment : Catalogue.ALL) {
            System.out.printf("%s: %s%n", experiment.name(), experiment.title());
            if (!experiment.axis().isNone()) {
                System.out.printf("    along %s%n", experiment.axis());
            }
            for (Variant variant : experiment.variants()) {
                System.out.printf("    %-36s %s%n", variant.name(), needs(programs, variant));
            }
        }
    }

    private static String needs(Programs programs, Variant variant) {
        return variant.programs().stream()
                .flatMap(program -> programs.missing(program).stream())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /** Runs the experiments, and returns what they gave. */
    static List<Results> run(List<Experiment> experiments, Options options, Programs programs)
            throws IOException, InterruptedException {
        Files.createDirectories(options.folder());
        List<Experiment> possible = experiments.stream()
                .map(experiment -> possible(experiment, options, programs))
                .toList();
        sayWhatIsLeftOut(experiments, options, programs);
        try (Journal journal = new Journal(options.folder())) {
            Compare compare = new Compare(options, programs, journal);
            Progress progress = new Progress(possible.stream()
                    .flatMap(each -> compare.runs(each).stream())
                    .toList());
            List<Results> all = new ArrayList<>();
            for (Experiment experiment : possible) {
                all.add(compare.run(experiment, progress));
            }
            List<String> verdicts = Verdicts.of(all);
            if (!verdicts.isEmpty()) {
                System.out.println("goals");
                verdicts.forEach(line -> System.out.println("  " + line));
            }
            return all;
        }
    }

    /** The experiment with the variants that are asked for and can be run. */
    private static Experiment possible(Experiment experiment, Options options, Programs programs) {
        List<Variant> variants = experiment.variants().stream()
                .filter(options::wants)
                .filter(variant -> needs(programs, variant).isEmpty())
                .toList();
        Axis axis = experiment.axis();
        Axis chosen = axis.isNone()
                ? axis
                : new Axis(
                        axis.key(),
                        axis.unit(),
                        axis.points().stream().filter(options::wants).toList());
        return new Experiment(
                experiment.name(),
                experiment.title(),
                experiment.metric(),
                chosen,
                options.timing(experiment),
                experiment.settings(),
                variants,
                experiment.goals());
    }

    private static void sayWhatIsLeftOut(List<Experiment> experiments, Options options, Programs programs) {
        Map<Program, String> reasons = new TreeMap<>();
        experiments.stream()
                .flatMap(experiment -> experiment.variants().stream())
                .filter(options::wants)
                .flatMap(variant -> variant.programs().stream())
                .forEach(program -> programs.missing(program).ifPresent(reason -> reasons.put(program, reason)));
        reasons.forEach((program, reason) -> System.err.printf("without %s: %s%n", program, reason));
    }

    /** The variants in turn, so that what changes on the machine falls on all of them. */
    private List<Run> runs(Experiment experiment) {
        List<Run> runs = new ArrayList<>();
        for (long point : experiment.axis().points()) {
            for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
                for (Variant variant : experiment.variants()) {
                    runs.add(new Run(experiment, point, variant, repetition, experiment.timing()));
                }
            }
        }
        return runs;
    }

    private Results run(Experiment experiment, Progress progress) throws IOException, InterruptedException {
        Results results = new Results(experiment);
        for (Run run : runs(experiment)) {
            progress.begin(run);
            try {
                measure(run, results, progress);
            } catch (IOException | IllegalArgumentException failed) {
                progress.fail(run, failed);
                journal.addFailure(run, failed);
            }
        }
        if (!experiment.variants().isEmpty()) {
            Report report = new Report(results);
            report.table().forEach(System.out::println);
            System.out.println();
            report.plot().write(options.folder().resolve(experiment.name() + ".svg"));
        }
        return results;
    }

    private void measure(Run run, Results results, Progress progress) throws IOException, InterruptedException {
        if (run.variant().peers().stream().anyMatch(Peer::isArchived) && trained.add(run.variant())) {
            once(run, true);
        }
        Sample sample = once(run, false);
        if (isDisturbed(sample)) {
            journal.add(run, sample, true);
            progress.repeat(sample);
            sample = once(run, false);
        }
        boolean isDisturbed = isDisturbed(sample);
        journal.add(run, sample, isDisturbed);
        results.add(run.point(), run.variant(), sample, isDisturbed);
        progress.end(run, sample, isDisturbed);
    }

    private Sample once(Run run, boolean isTraining) throws IOException, InterruptedException {
        programs.prepare(run.variant());
        try (Trial trial = new Trial(programs, run.variant(), run.settings(), run.timing(), isTraining, errors)) {
            Sample sample = run.variant().procedure().run(trial);
            if (isTraining) {
                trial.awaitArchives();
            }
            return sample;
        }
    }

    private boolean isDisturbed(Sample sample) {
        return sample.get("foreign").orElse(0) > options.foreign();
    }
}
