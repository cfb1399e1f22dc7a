package io.zmtp.samples.pipeline;

import io.zmtp.samples.pipeline.Pipeline.Result;
import io.zmtp.samples.pipeline.Pipeline.Task;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpBlockingTemplate;
import java.util.stream.IntStream;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Takes as many tasks at a time as its settings allow, and no more: the others are for other workers. */
@Component
@Profile("worker")
class Worker {

    private final ZmtpBlockingTemplate template;
    private final String name = "java " + ProcessHandle.current().pid();

    Worker(ZmtpBlockingTemplate template) {
        this.template = template;
    }

    /** May take its time, and may block: it does not run on an event loop. */
    @ZmtpListener(socket = "work", concurrency = "${pipeline.concurrency}")
    void on(Task task) {
        int primes =
                (int) IntStream.range(2, task.below()).filter(Worker::isPrime).count();
        template.send("found", new Result(task.id(), primes, name));
    }

    private static boolean isPrime(int number) {
        return IntStream.rangeClosed(2, (int) Math.sqrt(number)).allMatch(divisor -> number % divisor != 0);
    }
}
