package io.zmtp.samples.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import reactor.core.publisher.Mono;

/**
 * What the tool talks to.
 *
 * @param in standard input
 * @param out standard output: data, and nothing else
 * @param err standard error
 * @param stop completes when the tool is asked to end
 */
record Streams(InputStream in, OutputStream out, PrintStream err, Mono<Void> stop) {}
