package io.zmtp.samples.benchmarks;

import java.io.IOException;
import java.util.Arrays;

/** {@code peer ROLE key=value …}, {@code soak key=value …} or {@code jmh [options]}. */
public final class Main {

    private Main() {}

    /**
     * Starts what the first argument names.
     *
     * @param arguments the command line
     * @throws IOException if JMH cannot run
     */
    public static void main(String[] arguments) throws IOException {
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "jmh" -> org.openjdk.jmh.Main.main(rest);
            case "peer" -> peer(rest);
            case "soak" -> Soak.run(Settings.parse(Arrays.asList(rest)));
            default -> usage();
        }
    }

    private static void peer(String[] arguments) {
        if (arguments.length == 0) {
            usage();
            return;
        }
        Settings settings = Settings.parse(Arrays.asList(arguments).subList(1, arguments.length));
        switch (arguments[0]) {
            case "push" -> Push.run(settings);
            case "pull" -> Pull.run(settings);
            case "rep" -> Reply.run(settings);
            case "req" -> Request.run(settings);
            case "pub" -> Publish.run(settings);
            case "sub" -> Subscribe.run(settings);
            case "hssrv" -> Echo.run(settings);
            case "hscli" -> Handshakes.run(settings);
            case "connsrv" -> Connections.serve(settings);
            case "conncli" -> Connections.open(settings);
            case "storm" -> Storm.run(settings);
            case "slow" -> Slow.run(settings);
            case "inproc" -> Inproc.run(settings);
            default -> usage();
        }
    }

    private static void usage() {
        System.err.println("""
                usage: java -jar benchmarks.jar peer ROLE key=value …    until SIGTERM
                       java -jar benchmarks.jar jmh [options]            -h lists them
                       java -jar benchmarks.jar soak secs=3600 every=10 dir=.
                                   servers, clients, and peers that misbehave, in one process: SOAK … each so many
                                   seconds, and all of them in soak.csv and soak.svg

                  peer pull   binds PULL and counts: READY; START after the warm-up; RESULT n=… s=… after the window
                  peer push   connects PUSH and sends for ever: thread=loop|foreign emits there, api=flux|mono
                  peer slow   binds PULL and takes one message each delay=… ms: HEAP each second
                  peer rep    binds REP and echoes: READY
                  peer req    connects REQ, one request at a time: START; RESULT n=… s=… p50us=… … p999us=… maxus=…
                  peer pub    binds PUB and publishes for ever, nodrop=1 waits for the slowest: READY
                  peer sub    connects subs=1 SUBs, counted together: START; RESULT
                  peer hssrv  binds ROUTER and echoes: READY; turns=1 tells each second how long a loop was busy at a stretch
                  peer hscli  conc=16 DEALERs connect, have an octet echoed, and close: START; RESULT
                  peer storm  conns=2000 DEALERs connect to hssrv at once, again and again: START; RESULT n=… s=… storms=…
                  peer connsrv  binds PULL: READY HEAP; after conns=2000 messages HEAP RESULT
                  peer conncli  on a line from stdin connects PUSH conns=2000 times: HEAP READY HEAP
                  peer inproc binds PULL and connects PUSH in one process: thread=one|two, RESULT n=… s=… msgs/s=…

                  endpoint=tcp://127.0.0.1:5599 size=100 warm=4 secs=4
                  mech=curve server_pub= server_sec= client_pub= client_sec=   the keys in hexadecimal digits
                  alloc=1   also tells on stderr how many octets are allocated for each message""");
        System.exit(2);
    }
}
