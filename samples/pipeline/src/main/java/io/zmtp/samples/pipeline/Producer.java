package io.zmtp.samples.pipeline;

import io.zmtp.samples.pipeline.Pipeline.Result;
import io.zmtp.samples.pipeline.Pipeline.Task;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Hands out the tasks, and gathers the results. */
@Component
@Profile("producer")
class Producer implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(Producer.class);

    private final ZmtpTemplate template;
    private final int tasks;
    private final Map<Integer, Result> results = new TreeMap<>();

    Producer(ZmtpTemplate template, @Value("${pipeline.tasks}") int tasks) {
        this.template = template;
        this.tasks = tasks;
    }

    /** Sends as fast as the workers take: a queue that is full holds the stream back. */
    @Override
    public void run(ApplicationArguments arguments) {
        Flux<Task> all = Flux.range(1, tasks).map(id -> new Task(id, id * 1000));
        template.sendAll("tasks", all).subscribe();
    }

    /** Comes on an event loop, one at a time. */
    @ZmtpListener("results")
    Mono<Void> on(Result result) {
        results.put(result.id(), result);
        LOG.info(
                "{} of {}: {} primes below {} says {}",
                results.size(),
                tasks,
                result.primes(),
                result.id() * 1000,
                result.worker());
        return Mono.empty();
    }
}
