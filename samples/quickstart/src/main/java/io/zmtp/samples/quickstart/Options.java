package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import java.util.Locale;
import java.util.Set;

/**
 * What the command line says.
 *
 * @param endpoint where to
 * @param bind whether to bind there, rather than to connect
 * @param type what to be
 */
record Options(Endpoint endpoint, boolean bind, SocketType type) {

    static final String USAGE = """
            usage: quickstart                                     a producer and a consumer, in one process
                   quickstart --bind ENDPOINT [--type TYPE]       wait for ZeroMQ peers
                   quickstart --connect ENDPOINT [--type TYPE]    go to a ZeroMQ peer
            ENDPOINT  tcp://host:port, ipc:///path or ipc://@name; to bind, tcp://*:5555 or tcp://127.0.0.1:*
            TYPE      pull (default of --bind), push (default of --connect), pair or dealer
            pull prints what comes; push sends the lines of standard input, or ten numbered messages if there are none,
            and ends; pair and dealer do both, until the peer closes. All but pull serve one peer at a time.
            """;

    private static final Set<SocketType> TYPES =
            Set.of(SocketType.PULL, SocketType.PUSH, SocketType.PAIR, SocketType.DEALER);

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if they are wrong; the message says how
     */
    static Options parse(String... args) {
        Endpoint endpoint = null;
        boolean bind = false;
        SocketType type = null;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("expected something after " + args[i]);
            }
            switch (args[i]) {
                case "--bind", "--connect" -> {
                    if (endpoint != null) {
                        throw new IllegalArgumentException(
                                "expected one endpoint, but a second one came: " + args[i + 1]);
                    }
                    endpoint = Endpoint.parse(args[i + 1]);
                    bind = args[i].equals("--bind");
                }
                case "--type" -> type = type(args[i + 1]);
                default ->
                    throw new IllegalArgumentException(
                            "expected --bind, --connect or --type, but " + args[i] + " came");
            }
        }
        if (endpoint == null) {
            throw new IllegalArgumentException("expected --bind or --connect");
        }
        return new Options(endpoint, bind, type != null ? type : bind ? SocketType.PULL : SocketType.PUSH);
    }

    private static SocketType type(String name) {
        return TYPES.stream()
                .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected pull, push, pair or dealer as type, but " + name + " came"));
    }
}
