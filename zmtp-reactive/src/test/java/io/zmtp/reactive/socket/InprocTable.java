package io.zmtp.reactive.socket;

import io.zmtp.reactive.endpoint.InprocNames;

/** The names of {@code inproc} endpoints in this process. */
final class InprocTable {

    private InprocTable() {}

    /** Whether somebody has a name, or waits for it. */
    static boolean knows(String name) {
        synchronized (InprocNames.PROCESS) {
            return InprocNames.PROCESS.places.containsKey(name);
        }
    }
}
