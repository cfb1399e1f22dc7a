package io.zmtp.reactive.kill;

import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.BadNetwork;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A PUSH with acknowledgements, and two PULLs. What the sender has reported as taken over, or done, one of the receivers had; at
 * levels 2 and 3 nothing comes twice. A killed sender takes with it what nobody has taken over.
 */
final class WorkScenario implements Scenario {

    /** What is known of the messages of one life of the sender. */
    private static final class Life {
        final BitSet reported = new BitSet();
        final BitSet came = new BitSet();
        long twice;
    }

    private final Settings settings;
    private final List<Peer> peers = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final BadNetwork network;
    private long last = -1;

    WorkScenario(Settings settings) {
        this.settings = settings;
        int port = Scenario.freePort();
        network = BadNetwork.untilCut(port);
        KeyPair keys = KeyPair.generate();
        String secret = settings.curve() ? keys.secretKey().z85() : "-";
        String open = settings.curve() ? keys.publicKey().z85() : "-";
        peers.add(new Peer(
                "sender",
                () -> List.of(
                        "push",
                        "tcp://127.0.0.1:" + port,
                        secret,
                        settings.level(),
                        "sender",
                        "" + nextLife(),
                        "" + settings.rate()),
                this::senderSays));
        for (int i = 1; i <= 2; i++) {
            String name = "receiver " + i;
            peers.add(new Peer(
                    name,
                    () -> List.of("pull", network.endpoint(), open, settings.level(), name),
                    line -> receiverSays(name, line)));
        }
    }

    private synchronized int nextLife() {
        lives.add(new Life());
        return lives.size() - 1;
    }

    private synchronized void senderSays(String line) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("T")) {
            lives.get(Integer.parseInt(words[1])).reported.set(Integer.parseInt(words[2]));
        } else {
            last = Long.parseLong(words[2]);
        }
    }

    private synchronized void receiverSays(String name, String line) {
        String[] words = line.split(" ", -1);
        if (!words[0].equals("M")) {
            faults.add(name + " got something else than was sent: " + line);
            return;
        }
        Life life = lives.get(Integer.parseInt(words[1]));
        int number = Integer.parseInt(words[2]);
        if (life.came.get(number)) {
            life.twice++;
            if (settings.number() > 1) {
                faults.add(name + " got " + line + " again");
            }
        }
        life.came.set(number);
    }

    @Override
    public List<Peer> peers() {
        return peers;
    }

    @Override
    public void begin() {
        peers.forEach(Peer::start);
    }

    @Override
    public void cut() {
        network.cut();
    }

    @Override
    public void killed(Peer peer) {
        // what it had said has been heard
    }

    @Override
    public void finish() {
        Peer sender = peers.get(0);
        sender.awaitProgress();
        sender.say("stop");
        Peer.await("all is acknowledged", () -> end() >= 0);
        peers.forEach(Peer::kill); // and what they had said has been heard
    }

    private synchronized long end() {
        return last;
    }

    @Override
    public synchronized Report report(String circumstances) {
        long sent = 0;
        long received = 0;
        long missing = 0;
        long twice = 0;
        for (Life life : lives) {
            BitSet lost = (BitSet) life.reported.clone();
            lost.andNot(life.came);
            lost.stream().forEach(number -> faults.add("nobody got " + number + ", which was acknowledged"));
            missing += lost.cardinality();
            sent += life.reported.cardinality();
            received += life.came.cardinality();
            twice += life.twice;
        }
        Life end = lives.get(lives.size() - 1);
        if (end.reported.cardinality() != last) {
            faults.add("of " + last + " messages " + end.reported.cardinality() + " were acknowledged");
        }
        return new Report(
                "| " + circumstances + " | " + sent + " | " + received + " | " + missing + " | " + twice + " | - |",
                List.copyOf(faults));
    }

    @Override
    public void close() {
        peers.forEach(Peer::kill);
        network.close();
    }
}
