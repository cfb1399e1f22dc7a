package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.delivery.DeadLetter;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import reactor.core.publisher.Mono;

/**
 * Sends messages that cannot be delivered to other sockets, as they are, and counts them.
 *
 * @since 0.1
 */
public final class DeadLetters implements SmartInitializingSingleton {

    private final PacedLog log = new PacedLog(DeadLetters.class);

    private final Supplier<ZmtpSockets> sockets;
    private final Map<String, String> targets = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    DeadLetters(Supplier<ZmtpSockets> sockets) {
        this.sockets = sockets;
    }

    /** From a socket to another one, which may be made later. */
    Function<DeadLetter, Mono<Void>> send(String from, String to) {
        targets.put(from, to);
        LongAdder count = counts.computeIfAbsent(from, missing -> new LongAdder());
        return letter -> Mono.defer(() -> {
            count.increment();
            log.warn(
                    from,
                    "ZMTP socket '" + from + "': a message could not be delivered, and goes to '" + to + "': "
                            + letter.failure().getMessage());
            return sockets.get().get(to, Sender.class).send(letter.message());
        });
    }

    /** {@return how many messages of each socket could not be delivered, of those with a socket for dead letters} */
    public Map<String, LongAdder> counts() {
        return Map.copyOf(counts);
    }

    @Override
    public void afterSingletonsInstantiated() {
        targets.forEach((from, to) -> {
            String unfit = whyUnfit(to);
            if (unfit != null) {
                throw refused(from, unfit, "Name another socket that sends to any peer, such as a push.");
            }
            checkEnd(from);
        });
    }

    /** Null for a socket that sends a message to any peer. */
    private @Nullable String whyUnfit(String to) {
        ZmtpSockets all = sockets.get();
        if (all.replays().subscription(to).isPresent()) {
            return "a subscription, and does not send";
        }
        ZmtpSocket socket = all.find(to).orElse(null);
        if (socket == null) {
            return "no ZMTP socket; there are " + all.all().keySet();
        }
        boolean isAddressed = switch (socket.type()) {
            case ROUTER, SERVER, PEER, RADIO -> true;
            default -> false;
        };
        return isAddressed
                ? "of type " + socket.type() + ", and sends only to the peers or the group that a message names"
                : socket instanceof Sender ? null : "of type " + socket.type() + ", and does not send by itself";
    }

    /** A message that comes back to where it could not be delivered would go round for ever. */
    private void checkEnd(String from) {
        Set<String> passed = new LinkedHashSet<>();
        for (String next = from; next != null; next = targets.get(next)) {
            if (!passed.add(next)) {
                throw refused(
                        from,
                        passed.size() == 1
                                ? "itself"
                                : "where dead letters go round: from " + String.join(" to ", passed) + " to " + next,
                        "Name another socket that sends, such as a push. If zmtp.defaults names one for all, set zmtp.sockets."
                                + next + ".delivery: none.");
            }
        }
    }

    private ZmtpConfigurationException refused(String from, String what, String remedy) {
        return new ZmtpConfigurationException(
                "zmtp.sockets." + from + ".delivery.dead-letter is '" + targets.get(from) + "', which is " + what + ".",
                remedy);
    }
}
