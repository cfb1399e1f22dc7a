package io.zmtp.samples.benchmarks;

import io.zmtp.samples.benchmarks.compare.Compare;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code compare}, {@code peer}, {@code jeromq}, {@code raw}, {@code soak} or {@code jmh}. */
public final class Main {

    private Main() {}

    /**
     * Starts what the first argument names.
     *
     * @param arguments the command line
     * @throws IOException if results cannot be written
     * @throws InterruptedException if a comparison is stopped
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "compare" -> compare(rest);
            case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
            case "peer" -> play(io.zmtp.samples.benchmarks.peer.Roles.ALL, rest);
            case "jeromq" -> play(io.zmtp.samples.benchmarks.jeromq.Roles.ALL, rest);
            case "raw" -> play(io.zmtp.samples.benchmarks.raw.Roles.ALL, rest);
            case "soak" -> Soak.run(Settings.parse(rest));
            default -> usage();
        }
    }

    private static void compare(List<String> arguments) throws IOException, InterruptedException {
        try {
            Compare.run(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
    }

    private static void play(Map<String, Consumer<Settings>> roles, List<String> arguments) {
        if (arguments.isEmpty() || !roles.containsKey(arguments.get(0))) {
            usage();
            return;
        }
        roles.get(arguments.get(0)).accept(Settings.parse(arguments.subList(1, arguments.size())));
    }

    private static void usage() {
        System.err.println("""
                usage: java -jar benchmarks.jar compare [NAME …] [key=value …]
                                   runs experiments, ours beside libzmq, JeroMQ and Spring Integration: tables on stdout,
                                   and in the folder out=comparison every run (results.jsonl) and plots (NAME.svg)
                       java -jar benchmarks.jar compare list               what there is, and what is missing for it
                       java -jar benchmarks.jar peer ROLE key=value …      one peer, until SIGTERM
                       java -jar benchmarks.jar jeromq ROLE key=value …    the same made of JeroMQ's sockets
                       java -jar benchmarks.jar raw ROLE key=value …       the same made of plain sockets: push, pull, sub
                       java -jar benchmarks.jar jmh [options]              -h lists them
                       java -jar benchmarks.jar soak secs=3600 every=10 dir=.
                                   servers, clients, and peers that misbehave, in one process: SOAK … each so many
                                   seconds, and all of them in soak.csv and soak.svg

                  compare reps=3          runs of each variant, in turn
                          variants=A,B points=1,10    only these
                          warm=4 secs=2   seconds, in place of those of the experiment
                          foreign=0.15    processors that others may use during a run that counts
                          zmq=auto        libzmq's peer: compiled, off, or its path
                          jdk25=auto spring=auto tool=auto    paths of a JDK, of benchmarks-spring.jar and of zmtp.jar, or off

                  peer pull   binds PULL and counts: READY; START after the warm-up; RESULT n=… s=… alloc=… after the window
                  peer push   connects PUSH and sends for ever: api=flux|mono|flatMap|sink, threads=1 with mono,
                              thread=loop|foreign emits there
                  peer slow   binds PULL and takes one message each delay=… ms: HEAP each second
                  peer rep    binds REP and echoes: READY
                  peer req    connects REQ, one request at a time: START; RESULT n=… s=… p50us=… … p999us=… maxus=…
                  peer pub    binds PUB and publishes for ever, nodrop=1 waits for the slowest: READY
                  peer offer  the same, but waits for subs=1 subscribers, and counts what it publishes: START; RESULT
                  peer sub    connects subs=1 SUBs, counted together: START; RESULT
                  peer history    binds a publisher with a history, the replay at the next port: READY
                  peer replayed   subscribes to it: START; RESULT
                  peer past       the same with a million messages that it has published: READY
                  peer kept       keeps a million messages in a history: KEPT n=… octets=… heap=… beside=…, a message, in octets
                  peer catchup    begins with the first of them, again and again: START; RESULT
                  peer prefixes   connects SUB with topics=… prefixes, api=many|one|plain: START; RESULT
                  peer filters    subscribes SUB to topics=… prefixes: SUBSCRIBED n=… s=…; then connects
                  peer notices    binds XPUB: READY; when topics=… subscriptions have come RESULT
                  peer spread binds PUSH: READY; waits for conns=2000 peers, then sends for ever
                  peer pulls  connects conns=2000 PULLs, counted together: START; RESULT
                  peer pushes connects conns=2000 PUSHes, and each sends for ever
                  peer dealers    connects conns=2000 DEALERs, one request each at a time: START; RESULT as req
                  peer firsts     the same, until each has had an answer: START; RESULT n=… s=…
                  peer open   connects DEALER, rate=1000 requests a second whether answered or not: START; RESULT as req
                  peer hssrv  binds ROUTER and echoes: READY; turns=1 tells each second how long a loop was busy at a stretch
                  peer hscli  conc=16 DEALERs connect, have an octet echoed, and close: START; RESULT
                  peer storm  conns=2000 DEALERs connect to hssrv at once, again and again: START; RESULT n=… s=… storms=…
                  peer connsrv  binds PULL: READY HEAP; after conns=2000 messages HEAP RESULT
                  peer conncli  on a line from stdin connects PUSH conns=2000 times: HEAP READY HEAP
                  peer inproc binds PULL and connects PUSH in one process: thread=one|two, RESULT n=… s=… msgs/s=…
                  peer cold   sends one message from PUSH to PULL in one process: GOT

                  endpoint=tcp://127.0.0.1:5599 size=100 text=… parts=1 topics=0 warm=4 secs=4 hwm=1000
                  mech=curve server_pub= server_sec= client_pub= client_sec=   the keys in hexadecimal digits
                  alloc=1   push also tells on stderr how many octets are allocated for each message""");
        System.exit(2);
    }
}
