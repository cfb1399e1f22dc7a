package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ReqSocket;
import java.util.Arrays;
import java.util.Locale;
import reactor.core.publisher.Mono;

/** Connects REQ, with one request in flight, and tells how long the replies take. */
final class Request {

    private final long warm;
    private final long length;
    private final long[] times = new long[8 << 20];
    private final long began = System.nanoTime();
    private long asked;
    private long opened;
    private int count;
    private boolean done;

    private Request(Settings settings) {
        warm = settings.warm().toNanos();
        length = settings.window().toNanos();
    }

    static void run(Settings settings) {
        Request run = new Request(settings);
        Message message = Message.of(new byte[settings.size()]);
        ReqSocket req = ReqSocket.create(settings::calling);
        req.connectNow(settings.endpoint());
        Mono.defer(() -> {
                    run.asked = System.nanoTime();
                    return req.request(message);
                })
                .doOnNext(reply -> run.replied(System.nanoTime()))
                .repeat(() -> !run.done)
                .blockLast();
        req.onClose().block();
    }

    private void replied(long now) {
        if (opened == 0) {
            if (now - began >= warm) {
                opened = now;
                System.out.println("START");
            }
            return;
        }
        if (count < times.length) {
            times[count++] = now - asked;
        }
        if (now - opened >= length) {
            done = true;
            report((now - opened) / 1e9);
        }
    }

    private void report(double seconds) {
        Arrays.sort(times, 0, count);
        System.out.printf(
                Locale.ROOT,
                "RESULT n=%d s=%.6f p50us=%.2f p90us=%.2f p99us=%.2f p999us=%.2f maxus=%.2f%n",
                count,
                seconds,
                quantile(0.5),
                quantile(0.9),
                quantile(0.99),
                quantile(0.999),
                times[count - 1] / 1e3);
    }

    private double quantile(double share) {
        return times[(int) (count * share)] / 1e3;
    }
}
