package io.zmtp.samples.benchmarks.spring;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PushSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.context.ConfigurableApplicationContext;

/** What one message of a listener costs, decoding included: from a PUSH over {@code inproc} to the end of the method. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ListenerBenchmark {
    private static final int BATCH = 500;
    private static final Message ORDER = Message.of("{\"item\":\"tea\",\"count\":2}");

    /** What the method takes and returns. */
    @Param({"void", "mono", "bytes"})
    public String api;

    private ConfigurableApplicationContext application;
    private Meter meter;
    private PushSocket push;

    /** Starts the application. */
    @Setup
    public void setUp() {
        application =
                SpringBenchmarks.start("listener", List.of("endpoint=inproc://listener", "api=" + api, "warm=1000000"));
        meter = application.getBean(Meter.class);
        push = PushSocket.create();
        push.connectNow("inproc://listener");
    }

    /** Sends a batch, and waits until the last of it was handled. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long handle() {
        long last = meter.sum() + BATCH;
        for (int i = 0; i < BATCH; i++) {
            push.send(ORDER).block();
        }
        while (meter.sum() < last) {
            Thread.onSpinWait();
        }
        return last;
    }

    /** Ends the application. */
    @TearDown
    public void tearDown() {
        push.dispose();
        application.close();
    }
}
