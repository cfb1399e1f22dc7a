package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The endpoints of a socket. */
final class Where {

    @Option(
            names = {"-b", "--bind"},
            paramLabel = "ENDPOINT",
            description = {
                "Wait there for peers; may be given several times.",
                "tcp://*:5555, tcp://127.0.0.1:* (any free port; --verbose reports which), tcp://[::1]:5555,"
                        + " ipc:///tmp/feed, ipc://@feed, tls+tcp://*:5555, ws://*:8080/feed"
            })
    List<Endpoint> binds = new ArrayList<>();

    @Option(
            names = {"-c", "--connect"},
            paramLabel = "ENDPOINT",
            description = {
                "Go to a peer there, and again whenever it is lost; may be given several times.",
                "tcp://host:5555, ipc:///tmp/feed, ipc://@feed, tls+tcp://host:5555, wss://host/feed"
            })
    List<Endpoint> connects = new ArrayList<>();

    boolean isEmpty() {
        return binds.isEmpty() && connects.isEmpty();
    }

    boolean has(Scheme scheme) {
        return Stream.concat(binds.stream(), connects.stream()).anyMatch(endpoint -> endpoint.scheme() == scheme);
    }
}
