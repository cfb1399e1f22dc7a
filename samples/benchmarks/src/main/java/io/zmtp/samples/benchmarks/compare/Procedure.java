package io.zmtp.samples.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;

/** How the processes of a run are started and measured. */
enum Procedure {

    /** The first binds, the second connects, and whichever counts prints {@code START} and {@code RESULT}. */
    WINDOW {
        @Override
        Sample run(Trial trial) throws IOException, InterruptedException {
            Child server = trial.start(0);
            server.await("READY", START_UP);
            if (trial.hasClient()) {
                trial.start(1);
            }
            Child counting = trial.awaitAny("START", trial.warm().plus(START_UP));
            Usage before = trial.usage();
            Line result = counting.await("RESULT", trial.window().plus(START_UP));
            Sample sample = trial.sampleSince(before, result);
            sample.putRate();
            return sample;
        }
    },

    /** The first waits for connections; the second makes them when it is sent a line, and then both are idle. */
    CONNECTIONS {
        @Override
        Sample run(Trial trial) throws IOException, InterruptedException {
            Child server = trial.start(0);
            server.await("READY", START_UP);
            Child client = trial.start(1);
            client.await("READY", START_UP);
            Thread.sleep(SETTLE.toMillis());
            double serverBefore = server.kept();
            double clientBefore = client.kept();
            Usage before = trial.usage();
            client.writeLine("go");
            Line result = server.await("RESULT", Duration.ofMinutes(2));
            Sample sample = trial.sampleSince(before, result);
            Thread.sleep(SETTLE.toMillis());
            double connections = sample.get("n").orElseThrow();
            sample.put("kib", (server.kept() - serverBefore) * 1024 / connections);
            sample.put("kibClient", (client.kept() - clientBefore) * 1024 / connections);
            sample.putRate();
            return sample;
        }
    },

    /** One process, from its start to the first line that it prints. */
    START {
        @Override
        Sample run(Trial trial) throws IOException, InterruptedException {
            long began = System.nanoTime();
            Child child = trial.start(0);
            child.awaitLine(START_UP);
            Sample sample = started(child, began);
            child.awaitExit(Duration.ofSeconds(10));
            return sample;
        }
    },

    /** The second sends already when the first is started, which is measured to the first line that it prints. */
    START_WITH_SENDER {
        @Override
        Sample run(Trial trial) throws IOException, InterruptedException {
            trial.start(1).await("READY", START_UP);
            Thread.sleep(SETTLE.toMillis());
            long began = System.nanoTime();
            Child server = trial.start(0);
            server.awaitLine(START_UP);
            return started(server, began);
        }
    },

    /** The second subscribes; then the first goes, and another one is sent all subscriptions again. */
    RETURN {
        @Override
        Sample run(Trial trial) throws IOException, InterruptedException {
            Child server = trial.start(0);
            server.await("READY", START_UP);
            Child client = trial.start(1);
            double subscribing =
                    client.await("SUBSCRIBED", Duration.ofMinutes(2)).get("s");
            double first = server.await("RESULT", Duration.ofMinutes(2)).get("s");
            server.close();
            Child again = trial.start(0);
            again.await("READY", START_UP);
            Line result = again.await("RESULT", Duration.ofMinutes(2));
            Sample sample = new Sample();
            sample.putAll(result);
            sample.put("subscribing", subscribing);
            sample.put("first", first);
            sample.put("memoryServer", again.memory());
            sample.put("memoryClient", client.memory());
            return sample;
        }
    };

    /** A JVM on a busy machine takes long to start. */
    static final Duration START_UP = Duration.ofSeconds(60);

    private static final Duration SETTLE = Duration.ofSeconds(1);

    /** What it took until now, by the clock and of processor time. */
    private static Sample started(Child child, long began) {
        Sample sample = new Sample();
        sample.put("s", (System.nanoTime() - began) / 1e9);
        sample.put("cpuServer", child.cpuSeconds() * 1e6);
        return sample;
    }

    /** Runs it once; the trial ends the processes. */
    abstract Sample run(Trial trial) throws IOException, InterruptedException;
}
