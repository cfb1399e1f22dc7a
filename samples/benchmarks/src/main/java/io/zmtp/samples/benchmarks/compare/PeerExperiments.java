package io.zmtp.samples.benchmarks.compare;

import static io.zmtp.samples.benchmarks.compare.Peer.jeromq;
import static io.zmtp.samples.benchmarks.compare.Peer.libzmq;
import static io.zmtp.samples.benchmarks.compare.Peer.ours;
import static io.zmtp.samples.benchmarks.compare.Peer.raw;

import java.util.List;

/** Many peers, many subscriptions: how cost grows. */
final class PeerExperiments {
    /** What the peer with the fewest messages must have of those of the peer with the most. */
    private static final double FAIR = 0.5;

    private PeerExperiments() {}

    static List<Experiment> all() {
        return List.of(
                fanOut(),
                subscribers(),
                stuck(),
                spread(),
                fanIn(),
                firsts(),
                dealers(),
                connections(),
                prefixes(),
                twoParts(),
                history(),
                catchUp(),
                filters(),
                subscribing(),
                resubscribing());
    }

    private static Experiment fanOut() {
        return Experiment.of("fan-out", "PUB to 64 SUBs, 100 B, received by all together", Metric.RATE)
                .with("subs", 64)
                .with("nodrop", 1)
                .variant("ours", ours("pub"), ours("sub"))
                .variant("ours on JDK 25", ours("pub").on25(), ours("sub").on25())
                .variant("libzmq", libzmq("pub"), libzmq("sub"))
                .variant("JeroMQ", jeromq("pub"), jeromq("sub"))
                .goal(Goal.held("ours", "libzmq", 2.1))
                .goal(Goal.least("ours", "fair", FAIR))
                .goal(Goal.ratio("ours on JDK 25", "ours", 0.9));
    }

    private static Experiment subscribers() {
        return Experiment.of(
                        "subscribers", "PUB to plain sockets that read, 100 B, received by all together", Metric.RATE)
                .along("subs", "subscribers", 1, 3, 10, 30, 100, 300, 1000)
                .with("nodrop", 1)
                .variant("ours", ours("pub"), raw("sub"))
                .variant("libzmq", libzmq("pub"), raw("sub"));
    }

    private static Experiment stuck() {
        return Experiment.of("stuck", "PUB with subscribers that do not read, 100 B, published", Metric.RATE)
                .along("subs", "stuck subscribers", 1, 10, 100)
                .with("read", 0)
                .variant("ours", ours("offer"), raw("sub"))
                .variant("libzmq", libzmq("offer"), raw("sub"))
                .variant("JeroMQ", jeromq("offer"), raw("sub"))
                .goal(Goal.ratio("ours", "libzmq", 0.5));
    }

    private static Experiment spread() {
        return Experiment.of("spread", "one PUSH to many PULLs, 100 B, received by all together", Metric.RATE)
                .along("conns", "PULLs", 1, 3, 10, 30, 100, 300, 1000)
                .variant("ours", ours("spread"), ours("pulls"))
                .variant("libzmq", libzmq("spread"), libzmq("pulls"))
                .goal(Goal.ratio("ours", "libzmq", 1, 100))
                .goal(Goal.least("ours", "fair", FAIR, 3, 10, 30, 100));
    }

    private static Experiment fanIn() {
        return Experiment.of("fan-in", "many PUSHes to one PULL, 100 B", Metric.RATE)
                .along("conns", "PUSHes", 1, 3, 10, 30, 100, 300, 1000)
                .variant("ours", ours("pull"), ours("pushes"))
                .variant("libzmq", libzmq("pull"), libzmq("pushes"))
                .goal(Goal.held("ours", "libzmq", 1.5, 100))
                .goal(Goal.least("ours", "fair", FAIR, 3, 10, 30, 100));
    }

    private static Experiment firsts() {
        return Experiment.of(
                        "firsts",
                        "1,000 DEALERs of libzmq meet a ROUTER, and go on asking, until all have a first answer",
                        Metric.SECONDS)
                .with("conns", 1000)
                .variant("ours", ours("hssrv"), libzmq("firsts"))
                .variant("libzmq", libzmq("hssrv"), libzmq("firsts"))
                .variant("JeroMQ", jeromq("hssrv"), libzmq("firsts"))
                .variant("ours at both ends", ours("hssrv"), ours("firsts"))
                .goal(Goal.ratio("ours", "libzmq", 0.6))
                .goal(Goal.most("ours", "memoryServer", 150));
    }

    private static Experiment dealers() {
        return Experiment.of("dealers", "many DEALERs with one request each under way at a ROUTER", Metric.RATE)
                .along("conns", "DEALERs", 1, 10, 100, 1000)
                .timing(6, 2)
                .variant("ours", ours("hssrv"), ours("dealers"))
                .variant("ours to DEALERs of libzmq", ours("hssrv"), libzmq("dealers"))
                .variant("libzmq", libzmq("hssrv"), libzmq("dealers"))
                .variant("JeroMQ to DEALERs of libzmq", jeromq("hssrv"), libzmq("dealers"))
                .goal(Goal.ratio("ours", "libzmq", 2, 1000))
                .goal(Goal.ratio("ours to DEALERs of libzmq", "libzmq", 1.2, 1000));
    }

    private static Experiment connections() {
        return Experiment.of("connections", "1,000 connections to a PULL, from a JVM's first second", Metric.HANDSHAKES)
                .with("conns", 1000)
                .variant("ours", Procedure.CONNECTIONS, ours("connsrv"), ours("conncli"))
                .variant("libzmq", Procedure.CONNECTIONS, libzmq("connsrv"), libzmq("conncli"))
                .goal(Goal.ratio("ours", "libzmq", 0.6));
    }

    private static Experiment prefixes() {
        Peer pub = ours("pub").with("nodrop", 1);
        return Experiment.of("prefixes", "one SUB with many prefixes, topics and 50 B", Metric.RATE)
                .along("topics", "prefixes", 1, 10, 100, 1000, 10_000)
                .with("size", 50)
                .variant("ours", pub, prefixes("one"))
                .variant("a receive(prefix) for each", pub, prefixes("many"))
                .variant("subscribe(prefix) and one receive()", pub, prefixes("plain"))
                .variant("libzmq", pub, libzmq("prefixes"))
                .goal(Goal.ratio("ours", "libzmq", 0.8, 1000))
                .goal(Goal.ratio("a receive(prefix) for each", "libzmq", 0.8, 1000));
    }

    private static Peer prefixes(String api) {
        return ours("prefixes").with("api", api);
    }

    private static Experiment twoParts() {
        return Experiment.of("two-parts", "PUB to one SUB, messages of two parts of 10 B", Metric.RATE)
                .with("size", 10)
                .with("parts", 2)
                .with("nodrop", 1)
                .variant("ours", ours("pub"), ours("sub"))
                .variant("libzmq", ours("pub"), libzmq("sub"))
                .goal(Goal.ratio("ours", "libzmq", 1.5));
    }

    private static Experiment history() {
        return Experiment.of("history", "one publisher, one subscriber, topic and payload of 100 B", Metric.RATE)
                .with("parts", 2)
                .with("nodrop", 1)
                .variant("with history", ours("history"), ours("replayed"))
                .variant("PUB and SUB", ours("pub"), ours("sub"))
                .goal(Goal.ratio("with history", "PUB and SUB", 0.7));
    }

    private static Experiment catchUp() {
        return Experiment.of("catch-up", "a million messages of the history, 100 B, again and again", Metric.RATE)
                .with("parts", 2)
                .with("size", 50)
                .variant("ours", ours("past"), ours("catchup"))
                .goal(Goal.least("ours", "rate", 1_000_000));
    }

    private static Experiment filters() {
        return Experiment.of("filters", "PUB whose subscriber has many filters and reads, published", Metric.RATE)
                .along("topics", "filters", 1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
                .with("size", 30)
                .variant("ours", ours("offer"), raw("sub"))
                .variant("libzmq", libzmq("offer"), raw("sub"))
                .goal(Goal.held("ours", "libzmq", 1.6, 1_000_000));
    }

    private static Experiment subscribing() {
        Metric calls = new Metric("subscribing", "s for the calls", false);
        return filters100k("subscribing", "SUB subscribes to 100,000 prefixes before it connects", calls)
                .goal(Goal.ratio("ours", "libzmq", 0.5));
    }

    private static Experiment resubscribing() {
        Metric again = new Metric("s", "s until it has them all", false);
        return filters100k("resubscribing", "a publisher comes back to a SUB with 100,000 prefixes", again)
                .goal(Goal.ratio("ours", "libzmq", 0.3));
    }

    private static Experiment filters100k(String name, String title, Metric metric) {
        return Experiment.of(name, title, metric)
                .with("topics", 100_000)
                .variant("ours", Procedure.RETURN, ours("notices"), ours("filters"))
                .variant("libzmq", Procedure.RETURN, libzmq("notices"), libzmq("filters"))
                .variant("ours to an XPUB of libzmq", Procedure.RETURN, libzmq("notices"), ours("filters"));
    }
}
