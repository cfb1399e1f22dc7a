package io.zmtp.samples.benchmarks.compare;

import static io.zmtp.samples.benchmarks.compare.Peer.jeromq;
import static io.zmtp.samples.benchmarks.compare.Peer.libzmq;
import static io.zmtp.samples.benchmarks.compare.Peer.ours;
import static io.zmtp.samples.benchmarks.compare.Peer.raw;

import io.zmtp.reactive.mechanism.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One peer at each side, or few: how fast, how soon, and with how much memory. */
final class BasicExperiments {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final Map<String, String> CURVE = curve();

    private BasicExperiments() {}

    private static Map<String, String> curve() {
        KeyPair server = KeyPair.generate();
        KeyPair client = KeyPair.generate();
        return Map.of(
                "mech", "curve",
                "server_pub", server.publicKey().hex(),
                "server_sec", server.secretKey().hex(),
                "client_pub", client.publicKey().hex(),
                "client_sec", client.secretKey().hex());
    }

    static List<Experiment> all() {
        return List.of(
                throughput(),
                sizes(),
                newerJdk(),
                acknowledged(),
                curveThroughput(),
                plainSockets(),
                webSocket(),
                mixed(),
                latency(),
                openLoop(),
                oneByOne(),
                threads(),
                parts(),
                handshakes("handshakes", "NULL", Map.of(), 30).timing(30, 4),
                handshakes("curve-handshakes", "CURVE", CURVE, 30).timing(30, 4).goal(Goal.held("ours", "libzmq", 3.4)),
                handshakes("cold-handshakes", "NULL", Map.of(), 0).timing(0, 4),
                handshakes("cold-curve-handshakes", "CURVE", CURVE, 0)
                        .timing(0, 4)
                        .goal(Goal.ratio("ours", "libzmq", 1.2)),
                memory(),
                coldStart(),
                tool());
    }

    private static Experiment throughput() {
        return Experiment.of("throughput", "PUSH to PULL over loopback TCP", Metric.RATE)
                .along("size", "octets", 10, 100, KIB, 16 * KIB, 256 * KIB, MIB)
                .variant("ours", ours("pull"), ours("push"))
                .variant(
                        "ours emitted by another thread",
                        ours("pull"),
                        ours("push").with("thread", "foreign"))
                .variant(
                        "ours by one call a message", ours("pull"), ours("push").with("api", "mono"))
                .variant("ours on JDK 25", ours("pull").on25(), ours("push").on25())
                .variant("libzmq", libzmq("pull"), libzmq("push"))
                .variant("JeroMQ", jeromq("pull"), jeromq("push"))
                .goal(Goal.held("ours", "libzmq", 5.7, 10))
                .goal(Goal.held("ours", "libzmq", 9.4, 100))
                .goal(Goal.held("ours", "libzmq", 4.5, KIB))
                .goal(Goal.held("ours", "libzmq", 4.1, 16 * KIB))
                .goal(Goal.held("ours", "libzmq", 3.4, 256 * KIB))
                .goal(Goal.held("ours", "libzmq", 3.0, MIB))
                .goal(Goal.held("ours", "JeroMQ", 12.5, 100))
                .goal(Goal.held("ours", "JeroMQ", 8.0, KIB))
                .goal(Goal.ratio("ours on JDK 25", "ours", 0.9));
    }

    private static Experiment sizes() {
        String[] heap = {"-Xms2g", "-Xmx2g"};
        return Experiment.of("sizes", "PUSH to PULL, messages of any size", Metric.RATE)
                .along(
                        "size", "octets", 1, 4, 16, 64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB,
                        16 * MIB, 64 * MIB)
                .variant("ours", ours("pull").jvm(heap), ours("push").jvm(heap))
                .variant("libzmq", libzmq("pull"), libzmq("push").with("hwm", 100));
    }

    private static Experiment acknowledged() {
        return Experiment.of("acknowledged", "PUSH to PULL, messages of which no two are equal, by levels", Metric.RATE)
                .along("size", "octets", 100, 16 * KIB)
                .variant("level 0", delivering("pull", 0), delivering("push", 0))
                .variant("level 1", delivering("pull", 1), delivering("push", 1))
                .variant("level 2", delivering("pull", 2), delivering("push", 2))
                .variant("level 3", delivering("pull", 3), delivering("push", 3))
                .goal(Goal.ratio("level 1", "level 0", 0.5, 100))
                .goal(Goal.ratio("level 1", "level 0", 0.8, 16 * KIB));
    }

    private static Peer delivering(String role, int level) {
        return ours("acknowledged" + role).with("delivery", level);
    }

    private static Experiment newerJdk() {
        return Experiment.of("jdk", "PUSH to PULL on newer JDKs, and what these have to offer", Metric.RATE)
                .along("size", "octets", 100, 256 * KIB)
                .variant("ours", ours("pull"), ours("push"))
                .variant("JDK 25", on25("pull"), on25("push"))
                .variant("JDK 25 with ZGC", on25("pull", "-XX:+UseZGC"), on25("push", "-XX:+UseZGC"))
                .variant(
                        "JDK 25 with compact object headers",
                        on25("pull", "-XX:+UseCompactObjectHeaders"),
                        on25("push", "-XX:+UseCompactObjectHeaders"))
                .goal(Goal.ratio("JDK 25", "ours", 0.9));
    }

    private static Peer on25(String role, String... more) {
        return ours(role)
                .jvm(Stream.concat(Stream.of("-Xms1g", "-Xmx1g"), Stream.of(more))
                        .toArray(String[]::new))
                .on25();
    }

    private static Experiment curveThroughput() {
        return Experiment.of("curve-throughput", "PUSH to PULL with CURVE", Metric.RATE)
                .along("size", "octets", 100, KIB, 16 * KIB, 256 * KIB)
                .with(CURVE)
                .timing(6, 2)
                .variant("ours", ours("pull"), ours("push"))
                .variant("ours on JDK 25", ours("pull").on25(), ours("push").on25())
                .variant("libzmq", libzmq("pull"), libzmq("push"))
                .goal(Goal.held("ours", "libzmq", 2.0, 100))
                .goal(Goal.held("ours", "libzmq", 1.5, KIB))
                .goal(Goal.ratio("ours", "libzmq", 1.2, 16 * KIB))
                .goal(Goal.ratio("ours", "libzmq", 1.0, 256 * KIB))
                .goal(Goal.ratio("ours on JDK 25", "ours", 0.9));
    }

    private static Experiment plainSockets() {
        return Experiment.of("raw", "PUSH to PULL beside plain sockets that only walk the frames", Metric.RATE)
                .along("size", "octets", 100, KIB, 16 * KIB, MIB)
                .variant("ours", ours("pull"), ours("push"))
                .variant("plain sockets", raw("pull"), raw("push"))
                .goal(Goal.ratio("ours", "plain sockets", 0.75));
    }

    private static Experiment webSocket() {
        return Experiment.of("ws", "PUSH to PULL over WebSocket", Metric.RATE)
                .along("size", "octets", 100, 16 * KIB)
                .variant("ws", overWebSocket("pull"), overWebSocket("push"))
                .variant("tcp", ours("pull"), ours("push"))
                .goal(Goal.ratio("ws", "tcp", 0.6));
    }

    private static Peer overWebSocket(String role) {
        return ours(role).with("scheme", "ws");
    }

    private static Experiment mixed() {
        return Experiment.of("mixed", "PUSH to PULL of another library, 100 B", Metric.RATE)
                .variant("ours to libzmq", libzmq("pull"), ours("push"))
                .variant("libzmq to ours", ours("pull"), libzmq("push"))
                .variant("libzmq to libzmq", libzmq("pull"), libzmq("push"))
                .goal(Goal.ratio("ours to libzmq", "libzmq to libzmq", 1.2))
                .goal(Goal.held("libzmq to ours", "libzmq to libzmq", 1.27));
    }

    private static Experiment latency() {
        return Experiment.of("latency", "REQ to REP, one request of 100 B at a time", Metric.MEDIAN_TIME)
                .timing(7, 2)
                .variant("ours", ours("rep"), ours("req"))
                .variant("ours on JDK 25", ours("rep").on25(), ours("req").on25())
                .variant("libzmq", libzmq("rep"), libzmq("req"))
                .variant("JeroMQ", jeromq("rep"), jeromq("req"))
                .goal(Goal.held("ours", "libzmq", 4))
                .goal(Goal.ratio("ours on JDK 25", "ours", 0.9));
    }

    private static Experiment openLoop() {
        return Experiment.of(
                        "open-loop",
                        "DEALER to ROUTER, 100 B at a fixed rate, from when each was due",
                        Metric.LATE_TIME)
                .along("rate", "requests/s", 1000, 10_000, 50_000)
                .timing(7, 4)
                .variant("ours", ours("hssrv"), ours("open"))
                .variant("libzmq", libzmq("hssrv"), libzmq("open"))
                .variant("JeroMQ", jeromq("hssrv"), jeromq("open"));
    }

    private static Experiment oneByOne() {
        return Experiment.of("one-by-one", "PUSH, 100 B, ways to send, to a plain socket", Metric.RATE)
                .variant("ours", raw("pull"), ours("push"))
                .variant("send(message).block()", raw("pull"), ours("push").with("api", "mono"))
                .variant("flatMap(push::send)", raw("pull"), ours("push").with("api", "flatMap"))
                .variant(
                        "flatMap(push::send) in another thread",
                        raw("pull"),
                        ours("push").with("api", "flatMap").with("thread", "foreign"))
                .variant("a Sinks source", raw("pull"), ours("push").with("api", "sink"))
                .variant("libzmq", raw("pull"), libzmq("push"))
                .variant("JeroMQ", raw("pull"), jeromq("push"))
                .goal(Goal.ratio("send(message).block()", "JeroMQ", 1.2))
                .goal(Goal.ratio("flatMap(push::send)", "JeroMQ", 2))
                .goal(Goal.ratio("a Sinks source", "JeroMQ", 3));
    }

    private static Experiment threads() {
        return Experiment.of(
                        "threads",
                        "send(message).block() by many threads, 100 B; libzmq and JeroMQ with a socket" + " for each",
                        Metric.RATE)
                .along("threads", "threads", 1, 2, 4, 8)
                .variant("ours", raw("pull"), ours("push").with("api", "mono"))
                .variant("libzmq", raw("pull"), libzmq("push"))
                .variant("JeroMQ", raw("pull"), jeromq("push"));
    }

    private static Experiment parts() {
        return Experiment.of("parts", "PUSH to PULL, messages of many parts of 10 B", Metric.RATE)
                .along("parts", "parts", 1, 2, 5, 10, 20, 50, 100)
                .with("size", 10)
                .variant("ours", ours("pull"), ours("push"))
                .variant("libzmq", libzmq("pull"), libzmq("push"))
                .variant("JeroMQ", jeromq("pull"), jeromq("push"));
    }

    private static Experiment handshakes(String name, String mechanism, Map<String, String> settings, int warm) {
        return Experiment.of(
                        name,
                        "sixteen at a time connect, have an octet echoed and close, with " + mechanism
                                + (warm == 0 ? ", from a JVM's first second" : ", after " + warm + " s"),
                        Metric.HANDSHAKES)
                .with(settings)
                .variant("ours", ours("hssrv"), ours("hscli"))
                .variant("ours on JDK 25", ours("hssrv").on25(), ours("hscli").on25())
                .variant("libzmq", libzmq("hssrv"), libzmq("hscli"))
                .variant("JeroMQ", jeromq("hssrv"), jeromq("hscli"));
    }

    private static Experiment memory() {
        return Experiment.of(
                        "memory",
                        "what a PULL keeps for each idle connection: on its heap; libzmq's resident memory",
                        Metric.MEMORY_OF_CONNECTION)
                .with("conns", 2000)
                .variant("ours", Procedure.CONNECTIONS, ours("connsrv"), ours("conncli"))
                .variant("libzmq", Procedure.CONNECTIONS, libzmq("connsrv"), libzmq("conncli"))
                .variant("JeroMQ", Procedure.CONNECTIONS, jeromq("connsrv"), jeromq("conncli"))
                .goal(Goal.most("ours", "kib", 12));
    }

    private static Experiment coldStart() {
        return Experiment.of("cold-start", "from the start of the JVM to the first message in it", Metric.SECONDS)
                .variant("ours", Procedure.START, ours("cold").jvm("-Xshare:auto"))
                .variant(
                        "ours with a class archive",
                        Procedure.START,
                        ours("cold").jvm(Peer.ARCHIVE))
                .variant(
                        "ours on JDK 25",
                        Procedure.START,
                        ours("cold").jvm("-Xshare:auto").on25())
                .variant(
                        "ours on JDK 25 with an AOT cache",
                        Procedure.START,
                        ours("cold").jvm(Peer.ARCHIVE).on25())
                .variant("libzmq", Procedure.START, libzmq("cold"))
                .variant("JeroMQ", Procedure.START, jeromq("cold").jvm("-Xshare:auto"))
                .goal(Goal.ratio("ours", "JeroMQ", 1 / 1.5));
    }

    private static Experiment tool() {
        Peer pull = Peer.of(Program.TOOL, "pull --bind ENDPOINT --count 1");
        Peer push = ours("push").with("text", "tea").with("api", "mono");
        String[] small = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};
        return Experiment.of("tool", "from the start of `zmtp pull` to its first line", Metric.SECONDS)
                .variant("zmtp pull", Procedure.START_WITH_SENDER, pull.jvm(small), push)
                .variant(
                        "zmtp pull with a class archive",
                        Procedure.START_WITH_SENDER,
                        pull.jvm(small[0], small[1], Peer.ARCHIVE),
                        push)
                .variant(
                        "zmtp pull on JDK 25 with an AOT cache",
                        Procedure.START_WITH_SENDER,
                        pull.jvm(small[0], small[1], Peer.ARCHIVE).on25(),
                        push)
                .goal(Goal.most("zmtp pull with a class archive", "s", 0.5));
    }
}
