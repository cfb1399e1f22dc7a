package io.zmtp.samples.pipeline;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Runs what the active profiles say: {@code producer}, {@code worker}, or both, which is the default. */
@SpringBootApplication
public class Pipeline {

    /** How many primes are there below a number? */
    record Task(int id, int below) {}

    /** So many. */
    record Result(int id, int primes, String worker) {}

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication.run(Pipeline.class, arguments);
    }
}
