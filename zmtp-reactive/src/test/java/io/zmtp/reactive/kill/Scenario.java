package io.zmtp.reactive.kill;

import java.util.List;

/** What three JVMs do, and what was promised of it. */
interface Scenario extends AutoCloseable {

    static Scenario of(Settings settings) {
        return new ReplayScenario(settings);
    }

    /** The sender first. */
    List<Peer> peers();

    void begin();

    /** One was killed, and all it has said was heard; it begins again now. */
    void killed(Peer peer);

    /** No more is sent: waits until all has arrived. */
    void finish();

    Report report(String circumstances);

    @Override
    void close();
}
