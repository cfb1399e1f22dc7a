package io.zmtp.samples.benchmarks.compare;

import static io.zmtp.samples.benchmarks.compare.Peer.ours;
import static io.zmtp.samples.benchmarks.compare.Peer.raw;
import static io.zmtp.samples.benchmarks.compare.Peer.spring;

import java.util.List;

/** What applications use: listeners, templates and calls, with JSON. */
final class SpringExperiments {
    private static final String JSON = "{\"item\":\"tea\",\"count\":2}";

    private SpringExperiments() {}

    static List<Experiment> all() {
        return List.of(listener(), concurrency(), template(), call(), start());
    }

    private static Experiment listener() {
        Experiment experiment =
                Experiment.of("listener", "@ZmtpListener of a PULL socket, an object in JSON", Metric.RATE);
        for (Variant variant : List.of(
                listening("ours", spring("listener").with("api", "void")),
                listening(
                        "ours with concurrency 8",
                        spring("listener").with("api", "void").with("conc", 8)),
                listening(
                        "ours on JDK 25", spring("listener").with("api", "void").on25()),
                listening(
                        "ours with the actuator",
                        spring("listener").with("api", "void").with("actuator", 1)),
                listening("Mono<Void>", spring("listener").with("api", "mono")),
                listening(
                        "Mono<Void> on JDK 25",
                        spring("listener").with("api", "mono").on25()),
                listening(
                        "Mono<Void> with the actuator",
                        spring("listener").with("api", "mono").with("actuator", 1)),
                listening("receive() and Jackson", spring("receive")),
                listening("JeroMQ and Jackson", spring("jeromq-listener")),
                listening("Spring Integration", spring("integration-listener")))) {
            experiment = experiment.variant(variant);
        }
        return experiment
                .with("text", JSON)
                .goal(Goal.ratio("ours", "JeroMQ and Jackson", 0.5))
                .goal(Goal.ratio("ours with concurrency 8", "ours", 1.5))
                .goal(Goal.ratio("ours on JDK 25", "ours", 0.9))
                .goal(Goal.ratio("ours with the actuator", "ours", 0.7))
                .goal(Goal.ratio("Mono<Void>", "JeroMQ and Jackson", 0.8))
                .goal(Goal.ratio("Mono<Void>", "receive() and Jackson", 0.7))
                .goal(Goal.ratio("Mono<Void> with the actuator", "Mono<Void>", 0.7));
    }

    private static Experiment concurrency() {
        return Experiment.of(
                        "concurrency", "@ZmtpListener whose method computes, one at a time and several", Metric.RATE)
                .along("work", "ns the method takes beside decoding, about", 0, 1000, 5000, 50_000)
                .with("text", JSON)
                .variant(listening("one at a time", spring("listener").with("api", "void")))
                .variant(listening(
                        "concurrency 8", spring("listener").with("api", "void").with("conc", 8)))
                .goal(Goal.ratio("concurrency 8", "one at a time", 1.5, 5000, 50_000));
    }

    /** From the start of the JVM until it is ready, with all that Boot does; it ends then. */
    private static Experiment start() {
        String[] usual = {"-Xshare:auto"};
        return Experiment.of(
                        "application",
                        "from the start of a Boot application with a listener until it is ready",
                        Metric.SECONDS)
                .variant("its jar", Procedure.START, application(Program.SPRING).jvm(usual))
                .variant(
                        "unpacked",
                        Procedure.START,
                        application(Program.SPRING_UNPACKED).jvm(usual))
                .variant(
                        "unpacked with a class archive",
                        Procedure.START,
                        application(Program.SPRING_UNPACKED).jvm(Peer.ARCHIVE))
                .variant(
                        "unpacked on JDK 25",
                        Procedure.START,
                        application(Program.SPRING_UNPACKED).jvm(usual).on25())
                .variant(
                        "unpacked on JDK 25 with an AOT cache",
                        Procedure.START,
                        application(Program.SPRING_UNPACKED).jvm(Peer.ARCHIVE).on25());
    }

    private static Peer application(Program program) {
        return Peer.of(program, "listener").with("api", "void").with("spring.main.keep-alive", false);
    }

    private static Variant listening(String name, Peer listener) {
        return new Variant(name, Procedure.WINDOW, List.of(listener, ours("push")));
    }

    private static Experiment template() {
        Peer pull = raw("pull");
        return Experiment.of(
                        "template", "ZmtpTemplate of a PUSH socket, an object in JSON, to a plain socket", Metric.RATE)
                .with("text", JSON)
                .variant("send(…).block()", pull, sending("block"))
                .variant("the blocking template", pull, sending("blocking"))
                .variant("flatMap(send)", pull, sending("flatMap"))
                .variant("sendAll", pull, sending("sendAll"))
                .variant(
                        "send(…).block() with the actuator",
                        pull,
                        sending("block").with("actuator", 1))
                .variant("JeroMQ and Jackson", pull, spring("jeromq-sender"))
                .variant("Spring Integration", pull, spring("integration-sender"))
                .goal(Goal.ratio("send(…).block()", "JeroMQ and Jackson", 1))
                .goal(Goal.ratio("the blocking template", "JeroMQ and Jackson", 1))
                .goal(Goal.ratio("sendAll", "JeroMQ and Jackson", 3))
                .goal(Goal.ratio("send(…).block() with the actuator", "send(…).block()", 0.7));
    }

    private static Peer sending(String api) {
        return spring("template").with("api", api);
    }

    private static Experiment call() {
        return Experiment.of("call", "@ZmtpExchange through a DEALER to a listener of a ROUTER, JSON", Metric.CALLS)
                .along("under", "calls under way", 1, 64)
                .variant("ours", spring("serve").with("conc", 64), spring("call"))
                .goal(Goal.least("ours", "rate", 10_000, 1))
                .goal(Goal.least("ours", "rate", 50_000, 64))
                .goal(Goal.most("ours", "alloc", 8192));
    }
}
