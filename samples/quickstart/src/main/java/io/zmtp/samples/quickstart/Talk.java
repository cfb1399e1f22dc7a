package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.connection.ZmtpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Prints what a ZeroMQ peer sends, and sends it the lines of an input. */
final class Talk {

    private final Options options;
    private final BufferedReader in;
    private final PrintStream out;
    private final PrintStream err;
    private final Sinks.Empty<Void> allSent = Sinks.empty();

    Talk(Options options, BufferedReader in, PrintStream out, PrintStream err) {
        this.options = options;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Completes when there is nothing left to do, which for a binding PULL is never. */
    Mono<Void> run() {
        return options.bind() ? serve() : connect();
    }

    private Mono<Void> serve() {
        ZmtpServer server = ZmtpServer.create()
                .socketType(options.type())
                .maxConnections(options.type() == SocketType.PULL ? ZmtpServer.DEFAULT_MAX_CONNECTIONS : 1)
                .handle(this::talk);
        return Mono.usingWhen(
                server.bind(options.endpoint()).doOnNext(bound -> err.println("bound to " + bound.endpoint())),
                bound -> allSent.asMono(),
                bound -> Mono.fromRunnable(bound::dispose));
    }

    private Mono<Void> connect() {
        // A client makes one attempt; how to go on is said with Reactor's own means.
        Retry patiently = Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(200))
                .maxBackoff(Duration.ofSeconds(5))
                .filter(IOException.class::isInstance)
                .doBeforeRetry(attempt -> err.println(options.endpoint() + ": " + reason(attempt.failure())
                        + "; trying again (" + (attempt.totalRetries() + 1) + ")"));
        return ZmtpClient.create()
                .socketType(options.type())
                .connect(options.endpoint())
                .retryWhen(patiently)
                .flatMap(connection -> talk(connection).then(connection.close()));
    }

    private Mono<Void> talk(ZmtpConnection connection) {
        err.println("connected with a " + connection.peer().socketType() + " peer at "
                + connection.remoteAddress().map(Object::toString).orElse("an address it does not tell"));
        Mono<Void> print = connection
                .receive()
                .doOnNext(message -> out.println(text(message)))
                .then();
        Mono<Void> send = connection.send(lines().map(Message::of));
        return switch (options.type()) {
            case PULL -> print;
            case PUSH -> send.then(connection.close()).doOnSuccess(done -> allSent.tryEmitEmpty());
            default -> Mono.when(print, send.onErrorComplete(ZmtpClosedException.class));
        };
    }

    /** The lines of the input from where the last peer left off, read as the connection asks for them. */
    private Flux<String> lines() {
        return Flux.<String>generate(sink -> {
                    String line = readLine();
                    if (line == null) {
                        sink.complete();
                    } else {
                        sink.next(line);
                    }
                })
                .subscribeOn(Schedulers.boundedElastic())
                .switchIfEmpty(Flux.range(1, 10).map(i -> "message " + i).delayElements(Duration.ofMillis(100)));
    }

    private String readLine() {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Message message) {
        return StreamSupport.stream(message.spliterator(), false)
                .map(Bytes::utf8)
                .collect(Collectors.joining(" | "));
    }

    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("Connection refused") ? "connection refused" : message;
    }
}
