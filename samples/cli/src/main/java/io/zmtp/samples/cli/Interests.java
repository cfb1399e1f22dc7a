package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.wire.Subscription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What only some types are asked. */
final class Interests {

    final Topics topics = new Topics();
    final Groups groups = new Groups();
    final Answers answers = new Answers();
    final Supply supply = new Supply();
    final Handling handling = new Handling();

    /** SUB and XSUB. */
    static final class Topics {

        @Option(
                names = {"-s", "--subscribe"},
                paramLabel = "PREFIX",
                description = "Take messages that begin so; may be given several times. Default: everything")
        List<Bytes> prefixes = new ArrayList<>();

        private List<Bytes> orEverything() {
            return prefixes.isEmpty() ? List.of(Bytes.EMPTY) : prefixes;
        }
    }

    /** DISH. */
    static final class Groups {

        @Option(
                names = {"-j", "--join"},
                paramLabel = "GROUP",
                description = "Take messages to this group; may be given several times.")
        List<Bytes> groups = new ArrayList<>();
    }

    /** REP. */
    static final class Answers {

        @Option(names = "--echo", description = "Answer with the request.")
        boolean echo;

        @Option(names = "--reply", paramLabel = "TEXT", description = "Answer with this text.")
        @Nullable
        String reply;
    }

    /** Tells the socket what to take. */
    Mono<Void> declare(ZmtpSocket socket) {
        if (socket instanceof SubSocket sub) {
            return Mono.fromRunnable(() -> topics.orEverything().forEach(sub::subscribe));
        }
        if (socket instanceof XSubSocket xsub) {
            return Flux.fromIterable(topics.orEverything())
                    .concatMap(prefix -> xsub.send(Message.of(Subscription.body(prefix, false))))
                    .then();
        }
        if (socket instanceof DishSocket dish) {
            return Mono.fromRunnable(() -> groups.groups.forEach(dish::join));
        }
        return Mono.empty();
    }
}
