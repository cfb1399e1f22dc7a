package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Shape;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** One socket, from opening it to its orderly end, between standard input and standard output. */
final class Talk {

    /** Messages that came and wait to be printed: few, because each may be large. */
    private static final int AHEAD = 32;

    /** How long an orderly end may take when somebody presses Ctrl-C. */
    private static final Duration HURRY = Duration.ofSeconds(2);

    /** How long the end may be late when all peers have gone. */
    private static final Duration GLANCE = Duration.ofMillis(100);

    private final ZmtpSocket socket;
    private final Where where;
    private final Flow flow;
    private final @Nullable Duration linger;
    private final Interests interests;
    private final Streams streams;
    private final Watch watch;
    private final Input input;
    private final Output output;
    private final @Nullable Exec exec;
    private final Scheduler printer = Schedulers.newSingle("zmtp-stdout", true);
    private volatile boolean stopped;
    private volatile boolean unroutable;
    private volatile boolean gone;
    private volatile boolean over;
    private boolean silent;

    Talk(
            ZmtpSocket socket,
            Where where,
            Flow flow,
            Tuning tuning,
            Watching watching,
            Interests interests,
            Streams streams) {
        this.socket = socket;
        this.where = where;
        this.flow = flow;
        this.linger = tuning.linger;
        this.interests = interests;
        this.streams = streams;
        this.watch = new Watch(where, watching.verbose, streams.err());
        Shape shape = Shape.of(socket.type());
        Format format = flow.format.of(shape.lead());
        this.input = new Input(streams.in(), format, shape, tuning.queue(), interests.supply);
        Handling handling = interests.handling;
        this.output = new Output(streams.out(), format, handling.time);
        this.exec =
                handling.command == null ? null : new Exec(handling.command, flow.format, shape.lead(), streams.err());
    }

    Input input() {
        return input;
    }

    Output output() {
        return output;
    }

    /** Runs to the end, which may be never. */
    int run() {
        watch.follow(socket);
        int status = 0;
        boolean sends = socket instanceof Sender && !(socket instanceof Receiver);
        try {
            Mono<Void> departure = flow.isTransient
                    ? Patience.departure(socket)
                            .doOnSuccess(nothing -> gone = true)
                            .cache()
                    : Mono.never();
            departure.subscribe(); // before the first peer can come
            Mono.firstWithSignal(
                            open().then(job(departure)),
                            watch.hopeless(),
                            streams.stop().doOnTerminate(() -> stopped = true))
                    .block();
            Closed closed = end();
            if (sends && !stopped && closed.unsentMessages() > 0) {
                throw new Patience.Lost("the peer has gone");
            }
        } catch (Output.Gone gone) {
            socket.dispose();
        } catch (Patience.Lost lost) {
            socket.dispose();
            status = lost(lost);
        } catch (Failure failure) {
            end();
            status = failed(failure.status(), String.valueOf(failure.getMessage()));
        } catch (BadInput bad) {
            end();
            status = failed(Failure.FAILED, "standard input, " + bad.getMessage());
        } catch (RuntimeException e) {
            socket.dispose();
            status = failed(Failure.FAILED, Reasons.of(e.getCause() == null ? e : e.getCause()));
        }
        if (exec != null) {
            exec.end();
        }
        watch.end();
        boolean failed = unroutable || exec != null && exec.hasFailed();
        return stopped ? Main.INTERRUPTED : status == 0 && failed ? Failure.FAILED : status;
    }

    private int lost(Patience.Lost lost) {
        Closed closed = socket.onClose().block();
        long count = input.waiting() + (closed == null ? 0 : closed.unsentMessages());
        return count == 0 ? 0 : failed(Failure.FAILED, Text.messages(count) + " not sent: " + lost.getMessage());
    }

    private int failed(int status, String sentence) {
        streams.err().println("zmtp: " + sentence);
        return status;
    }

    private Closed end() {
        Duration patience = linger != null ? linger : socket.peers().isEmpty() ? Duration.ZERO : Patience.COMEBACK;
        Duration most = stopped && patience.compareTo(HURRY) > 0 ? HURRY : patience;
        if (most.isZero()) {
            socket.dispose();
        }
        Closed closed = socket.close()
                .timeout(most.plusSeconds(1), Mono.defer(() -> {
                    socket.dispose();
                    return socket.onClose();
                }))
                .block();
        return closed == null ? new Closed(Closed.Reason.LOCAL, null, 0, 0) : closed;
    }

    private Mono<Void> open() {
        return Flux.concat(
                        interests.declare(socket).cast(Endpoint.class),
                        Flux.fromIterable(where.binds).concatMap(this::bind),
                        Flux.fromIterable(where.connects).concatMap(socket::connect))
                .then();
    }

    private Mono<Endpoint> bind(Endpoint endpoint) {
        return socket.bind(endpoint)
                .onErrorMap(failure -> Failure.failed("cannot bind " + endpoint + ": " + Reasons.of(failure)));
    }

    // ---- what a type does

    private Mono<Void> job(Mono<Void> departure) {
        if (socket instanceof Receiver receiver) {
            Mono<Void> printing = print(received(receiver));
            return socket instanceof Sender sender ? Mono.firstWithSignal(printing, speak(sender)) : printing;
        }
        if (socket instanceof Sender sender) {
            Audience audience = new Audience(socket, where.has(Endpoint.Scheme.UDP));
            Mono<Void> all = input.each(
                            flow.most(),
                            message -> audience.of(message)
                                    .then(sender.send(message))
                                    .then(Mono.empty()))
                    .onErrorResume(BadInput.class, bad -> sender.flush().then(Mono.error(bad)))
                    .then(sender.flush());
            return Mono.firstWithSignal(
                    all,
                    new Patience(socket, input, watch).end(linger, flow.timeout),
                    departure.then(Mono.error(() -> new Patience.Lost("the peer has gone"))));
        }
        if (socket instanceof ReqSocket req) {
            return Mono.firstWithSignal(ask(req), departure);
        }
        if (socket instanceof RepSocket rep) {
            return Mono.firstWithSignal(heard(answer(rep)).take(flow.most()).then(), departure);
        }
        throw new IllegalStateException(socket + " neither sends nor receives");
    }

    /** Asks with what is typed, and prints each reply before it asks again. */
    private Mono<Void> ask(ReqSocket req) {
        Flux<Message> replies = input.each(
                flow.most(),
                message -> req.request(message)
                        .retryWhen(Retry.indefinitely()
                                .filter(gone -> gone instanceof ZmtpClosedException && !socket.isDisposed()))
                        .publishOn(printer));
        return heard(Flux.concat(replies, Flux.never()))
                .doOnNext(this::show)
                .take(flow.most())
                .then();
    }

    /** Prints requests and answers them, one at a time; emits each when its answer is on its way. */
    private Flux<Message> answer(RepSocket rep) {
        return Flux.create(answered -> answered.onDispose(rep.serve(
                        request -> Mono.fromCallable(() -> reply(request))
                                .subscribeOn(printer)
                                .doOnError(answered::error)
                                .doAfterTerminate(() -> answered.next(request)),
                        1)
                .subscribe(nothing -> {}, answered::error, answered::complete)));
    }

    private @Nullable Message reply(Message request) {
        if (output.written() == flow.most()) {
            return null; // it came while the last one was being answered
        }
        output.write(request);
        if (exec != null) {
            Message answer = exec.run(request);
            return answer == null ? Message.of(Bytes.EMPTY) : answer;
        }
        Interests.Answers answers = interests.answers;
        if (answers.echo) {
            return request;
        }
        if (answers.reply != null) {
            return Message.of(answers.reply);
        }
        Message typed = input.next();
        if (typed == null && output.written() < flow.most() && !silent) {
            silent = true;
            streams.err().println("zmtp: standard input has ended: requests are printed, and not answered any more");
        }
        return typed;
    }

    /** Prints what comes; completes when that is enough. */
    private Mono<Void> print(Flux<Message> messages) {
        Flux<Message> heard = heard(messages.take(flow.most()).publishOn(printer, AHEAD));
        boolean publishes = socket instanceof XPubSocket || socket instanceof XSubSocket;
        return exec != null && socket instanceof Sender sender && !publishes
                ? heard.concatMap(message -> answer(exec, message, sender), 1).then()
                : heard.doOnNext(this::show).then();
    }

    /** Prints a message, or what a command makes of it. */
    private void show(Message message) {
        Message shown = exec == null ? message : exec.run(message);
        if (shown != null) {
            output.write(shown);
        }
    }

    /** Prints a message, and sends back what a command makes of it. */
    private Mono<Void> answer(Exec exec, Message message, Sender sender) {
        output.write(message);
        Message answer = exec.run(message);
        return answer == null
                ? Mono.empty()
                : sender.send(answer)
                        .onErrorResume(ZmtpSendException.class, this::complain)
                        .then()
                        .publishOn(printer); // where the next one is printed
    }

    /**
     * What comes; completes when the last peer has gone and nothing of it is left, if that is asked for. Then it is taken one
     * by one: a subscription to all of it that ends by another signal could lose a message.
     */
    private Flux<Message> received(Receiver receiver) {
        return flow.isTransient ? Mono.defer(() -> next(receiver)).repeat(() -> !over) : receiver.receive();
    }

    private Mono<Message> next(Receiver receiver) {
        boolean last = gone;
        return receiver.receive(GLANCE).switchIfEmpty(Mono.fromRunnable(() -> over = last));
    }

    /** Sends what is typed, and then waits for somebody else to end it all. */
    private Mono<Void> speak(Sender sender) {
        return input.each(
                        Long.MAX_VALUE,
                        message -> sender.send(message)
                                .onErrorResume(ZmtpSendException.class, this::complain)
                                .then(Mono.empty()))
                .onErrorResume(
                        BadInput.class,
                        bad -> sender.flush()
                                .timeout(linger == null ? Patience.COMEBACK : linger, Mono.empty())
                                .then(Mono.error(bad)))
                .then(Mono.never());
    }

    private Mono<Void> complain(ZmtpSendException failure) {
        unroutable = true;
        streams.err().println("zmtp: not sent: " + failure.getMessage());
        return Mono.empty();
    }

    /** Fails when nothing came for too long. The time that printing takes does not count. */
    private <T> Flux<T> heard(Flux<T> messages) {
        Duration timeout = flow.timeout;
        return timeout == null
                ? messages
                : messages.timeout(timeout).onErrorMap(TimeoutException.class, e -> silence(timeout));
    }

    private Failure silence(Duration timeout) {
        return Failure.timeout(
                "nothing came within " + Text.of(timeout) + (socket.peers().isEmpty() ? watch.trouble() : ""));
    }
}
