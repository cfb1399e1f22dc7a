package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpProxy;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.samples.cli.Values.PeerAt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

/** {@code zmtp proxy}. */
@Command(
        name = "proxy",
        description = {
            "Pass messages on between two sockets until Ctrl-C.",
            "",
            "FRONT and BACK are TYPE@ENDPOINT to bind there, or 'TYPE>ENDPOINT' to connect: xsub and xpub are a",
            "forwarder, pull and push a streamer, router and dealer a shared queue. pull and sub take only, push and",
            "pub give only; between the others messages go both ways."
        },
        footerHeading = Help.EXAMPLES,
        footer = {
            "  zmtp proxy 'xsub@tcp://*:5559' 'xpub@tcp://*:5560'",
            "  zmtp proxy 'pull@tcp://*:5557' 'push>tcp://worker:5558' --capture 'tcp://127.0.0.1:5599'",
            "  zmtp sub --connect tcp://127.0.0.1:5599"
        })
final class Proxying implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FRONT", description = "Where messages come from.")
    private @Nullable PeerAt front;

    @Parameters(index = "1", paramLabel = "BACK", description = "Where they go to.")
    private @Nullable PeerAt back;

    @Option(
            names = "--capture",
            paramLabel = "ENDPOINT",
            description = "Publish a copy of every message there, for zmtp sub.")
    private @Nullable Endpoint capture;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell what happens to the connections, one JSON object a line.")
    private boolean verbose;

    @Mixin
    private Help.Standard standard = new Help.Standard();

    private final Streams streams;
    private final List<ZmtpSocket> sockets = new ArrayList<>();

    Proxying(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        PeerAt from = Objects.requireNonNull(front);
        PeerAt to = Objects.requireNonNull(back);
        ZmtpSocket first = open("FRONT", from);
        ZmtpSocket second = open("BACK", to);
        ZmtpProxy proxy = proxy(first, second);
        try {
            attach(first, from.isBound(), from.endpoint());
            attach(second, to.isBound(), to.endpoint());
            if (capture != null) {
                PubSocket copies = PubSocket.create();
                sockets.add(copies);
                attach(copies, true, capture);
                proxy = proxy.capture(copies);
            }
            Mono.firstWithSignal(proxy.run(), streams.stop()).block();
            return Main.INTERRUPTED;
        } finally {
            sockets.forEach(socket -> socket.close().block(Patience.COMEBACK.plusSeconds(1)));
        }
    }

    private ZmtpSocket open(String parameter, PeerAt peer) {
        if (!peer.isBound()) {
            Values.checkPeer(parameter, peer.endpoint());
        }
        SocketType type = SocketType.of(peer.type().toUpperCase(Locale.ROOT))
                .orElseThrow(() -> new UsageError(parameter, "there is no socket type " + peer.type()));
        ZmtpSocket socket = Sockets.open(type, Sockets.options(type));
        sockets.add(socket);
        if (socket instanceof SubSocket sub) {
            sub.subscribe("");
        }
        return socket;
    }

    private void attach(ZmtpSocket socket, boolean bound, Endpoint endpoint) {
        if (verbose) {
            socket.monitor().subscribe(event -> streams.err().println(Events.line(event)));
        }
        (bound
                        ? socket.bind(endpoint)
                                .onErrorMap(e -> Failure.failed("cannot bind " + endpoint + ": " + Reasons.of(e)))
                        : socket.connect(endpoint))
                .block();
    }

    private static ZmtpProxy proxy(ZmtpSocket front, ZmtpSocket back) {
        if (isBoth(front) && isBoth(back)) {
            return between(front, back);
        }
        if (front instanceof Receiver receiver && back instanceof Sender sender) {
            return ZmtpProxy.forward(receiver, sender);
        }
        throw new UsageError(
                "FRONT, BACK",
                front.type() + " and " + back.type()
                        + " make no proxy: the first one must receive, the second one send");
    }

    private static boolean isBoth(ZmtpSocket socket) {
        return socket instanceof Sender && socket instanceof Receiver;
    }

    /** Says to the compiler what {@link #isBoth} found out. */
    @SuppressWarnings("unchecked")
    private static <T extends ZmtpSocket & Sender & Receiver> ZmtpProxy between(ZmtpSocket front, ZmtpSocket back) {
        return ZmtpProxy.between((T) front, (T) back);
    }
}
