package io.zmtp.reactive.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;

/** What three JVMs do, and what was promised of it. */
interface Scenario extends AutoCloseable {

    static Scenario of(Settings settings) {
        return settings.isReplay() ? new ReplayScenario(settings) : new WorkScenario(settings);
    }

    /** The sender first. */
    List<Peer> peers();

    void begin();

    /** Cuts all connections; they are made again. */
    void cut();

    /** One was killed, and all it has said was heard; it begins again now. */
    void killed(Peer peer);

    /** No more is sent: waits until all has arrived. */
    void finish();

    Report report(String circumstances);

    @Override
    void close();

    /** A port that a peer binds in each of its lives. */
    static int freePort() {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
