package io.zmtp.reactive.kill;

import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.BadNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A publisher with a history, and two subscribers. All that a publisher published comes, once and in order, as long as it
 * lives; a killed subscriber goes on behind the last message that it has said. A killed publisher takes its history with it, and
 * the next one is followed from its first message on.
 */
final class ReplayScenario implements Scenario {

    private final List<String> faults = new ArrayList<>();
    private final Peer publisher;
    private final List<Follower> followers = new ArrayList<>();
    private final BadNetwork publication;
    private final BadNetwork replay;

    /** The last number that each epoch is known to have published. */
    private final Map<Long, Long> published = new HashMap<>();

    /** The epoch of the publisher that lives; 0 if it has not said. */
    private long alive;

    private String last = "";

    ReplayScenario(Settings settings) {
        int publicationPort = Scenario.freePort();
        int replayPort = Scenario.freePort();
        publication = BadNetwork.untilCut(publicationPort);
        replay = BadNetwork.untilCut(replayPort);
        KeyPair keys = KeyPair.generate();
        String secret = settings.curve() ? keys.secretKey().z85() : "-";
        String open = settings.curve() ? keys.publicKey().z85() : "-";
        publisher = new Peer(
                "publisher",
                () -> List.of(
                        "publish",
                        "tcp://127.0.0.1:" + publicationPort,
                        "tcp://127.0.0.1:" + replayPort,
                        secret,
                        "" + settings.rate()),
                this::publisherSays);
        for (int i = 1; i <= 2; i++) {
            followers.add(new Follower("subscriber " + i, open));
        }
    }

    private synchronized void publisherSays(String line) {
        String[] words = line.split(" ", -1);
        alive = Long.parseLong(words[1]);
        published.put(alive, Long.valueOf(words[2]));
        if (words[0].equals("LAST")) {
            last = words[1] + " " + words[2];
        }
    }

    /** One subscriber, over all its lives. */
    private final class Follower {

        final Peer peer;
        private long epoch;
        private long number = -1;
        private long received;
        private long twice;
        private long missing;
        private long gone;

        Follower(String name, String key) {
            peer = new Peer(
                    name,
                    () -> List.of("subscribe", publication.endpoint(), replay.endpoint(), key, "" + epoch, "" + number),
                    this::says);
        }

        private void says(String line) {
            synchronized (ReplayScenario.this) {
                String[] words = line.split(" ", -1);
                boolean gap = words[0].equals("G");
                if (!gap && !words[0].equals("M")) {
                    faults.add(peer.name + " got something else than was published: " + line);
                    return;
                }
                long from = Long.parseLong(words[1]);
                long first = Long.parseLong(words[2]);
                if (from != epoch) {
                    gone += Math.max(0, published.getOrDefault(epoch, -1L) - number);
                    epoch = from;
                    number = -1;
                }
                if (first <= number) {
                    twice++;
                    faults.add(peer.name + " got " + line + " after number " + number);
                } else if (first > number + 1 || (gap && from == alive)) {
                    missing += gap ? Long.parseLong(words[3]) - number : first - number - 1;
                    faults.add(peer.name + " got " + line + " after number " + number);
                }
                number = gap ? Long.parseLong(words[3]) : first;
                gone += gap ? number - first + 1 : 0;
                received += gap ? 0 : 1;
            }
        }

        boolean isAt(String end) {
            synchronized (ReplayScenario.this) {
                return end.equals(epoch + " " + number);
            }
        }
    }

    @Override
    public List<Peer> peers() {
        return List.of(publisher, followers.get(0).peer, followers.get(1).peer);
    }

    @Override
    public void begin() {
        peers().forEach(Peer::start);
    }

    @Override
    public void cut() {
        publication.cut();
        replay.cut();
    }

    @Override
    public synchronized void killed(Peer peer) {
        alive = peer == publisher ? 0 : alive;
    }

    @Override
    public void finish() {
        publisher.awaitProgress();
        publisher.say("stop");
        Peer.await("the publisher stops", () -> !end().isEmpty());
        for (Follower each : followers) {
            Peer.await(each.peer.name + " gets the last message", () -> each.isAt(end()));
        }
    }

    private synchronized String end() {
        return last;
    }

    @Override
    public synchronized Report report(String circumstances) {
        long sent = published.values().stream().mapToLong(each -> each + 1).sum();
        return new Report(
                "| " + circumstances + " | " + sent + " | " + sum(each -> each.received) + " | "
                        + sum(each -> each.missing) + " | " + sum(each -> each.twice) + " | " + sum(each -> each.gone)
                        + " |",
                List.copyOf(faults));
    }

    private long sum(ToLongFunction<Follower> figure) {
        return followers.stream().mapToLong(figure).sum();
    }

    @Override
    public void close() {
        peers().forEach(Peer::kill);
        publication.close();
        replay.close();
    }
}
