package io.zmtp.spring.listener;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.Update;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.source.ListenerSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.validation.Validator;

/** Makes a listener of a method and its annotation, or fails with what is wrong with them. */
final class ListenerFactory {

    private final ZmtpSockets sockets;
    private final ZmtpMessageConverter converter;
    private final ListenerSettings settings;
    private final ConfigurableListableBeanFactory beans;
    private final List<Object> advices;
    private final @Nullable Validator validator;

    ListenerFactory(
            ZmtpSockets sockets,
            ZmtpMessageConverter converter,
            ListenerSettings settings,
            ConfigurableListableBeanFactory beans) {
        this.sockets = sockets;
        this.converter = converter;
        this.settings = settings;
        this.beans = beans;
        this.advices = ExceptionHandlers.advices(beans);
        this.validator = beans.getBeanProvider(Validator.class).getIfUnique();
    }

    AnnotatedListener make(ZmtpListenerProcessor.Found found) {
        ZmtpListener annotation = found.annotation();
        String where = found.beanName() + "." + found.method().getName();
        String name = resolve(annotation.socket());
        if (name.isEmpty()) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " names no socket.", "Write @ZmtpListener(\"name of the socket\").");
        }
        ListenerSource source = source(where, name);
        ListenerMethod method = new ListenerMethod(
                found.bean(),
                found.method(),
                name,
                contentType(where, name, resolve(annotation.contentType())),
                converter,
                settings.blocking(),
                advices,
                validator,
                beans);
        if (method.validates() && validator == null) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where
                            + ": a payload is to be validated, but there is no Validator, or several.",
                    "Add spring-boot-starter-validation, or a bean of Spring's Validator; of several make one @Primary.");
        }
        check(where, name, source, method);
        String id = resolve(annotation.id());
        Integer given = concurrency(where, resolve(annotation.concurrency()));
        return new AnnotatedListener(
                id.isEmpty() ? where : id,
                name,
                Arrays.stream(annotation.topics())
                        .map(text -> topic(where, resolve(text)))
                        .toList(),
                given == null ? usual(source.type(), method) : given,
                method.replies() || (given == null && source.type() == SocketType.ROUTER),
                timeout(where, resolve(annotation.timeout())),
                annotation.autoStartup().isEmpty()
                        ? settings.autoStartup()
                        : Boolean.parseBoolean(resolve(annotation.autoStartup())),
                errorHandler(resolve(annotation.errorHandler())),
                method);
    }

    private ListenerSource source(String where, String name) {
        ZmtpSocket socket = sockets.find(name).orElse(null);
        if (socket != null && !(socket instanceof RepSocket) && !(socket instanceof Receiver)) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + ": the socket '" + name + "' is of type " + socket.type()
                            + ", which does not receive.",
                    "Name a socket that does, or change zmtp.sockets." + name + ".type.");
        }
        return ListenerSource.of(sockets, name);
    }

    private static void check(String where, String name, ListenerSource source, ListenerMethod method) {
        if (method.replies() && !source.canReply()) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " returns something, but the socket '" + name + "' of type "
                            + source.type() + " cannot reply.",
                    "Return void or Mono<Void>; or use REP, ROUTER, SERVER, PEER, DEALER, PAIR or CHANNEL.");
        }
        if (source.type() == SocketType.REP && method.streamOf() != null) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " takes a stream, but REP answers each request on its own.",
                    "Take one request, and return its reply.");
        }
        if (source.acknowledges() && method.streamOf() != null && !method.has(io.zmtp.reactive.delivery.Work.class)) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " takes a stream of messages, but the senders to the socket '" + name
                            + "' wait until the work on each is done or has failed.",
                    "Take single messages, or a Flux<Work>, each of which says what became of it.");
        }
        if (method.has(io.zmtp.reactive.delivery.Work.class) && (method.streamOf() == null || !source.acknowledges())) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " takes Work, but "
                            + (source.acknowledges()
                                    ? "of single messages the method's end says what became of them."
                                    : "nothing is acknowledged by the socket '" + name + "'."),
                    "Take the payload; or, with zmtp.sockets." + name + ".delivery: done, a Flux<Work>.");
        }
        boolean updates = method.has(Update.class) || method.has(Published.class) || method.has(Gap.class);
        if (updates && source.onGap() == null) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " takes what a publication with numbers says, but the socket '" + name
                            + "' has no replay.",
                    "Set zmtp.sockets." + name + ".replay.connect, or take the payload alone.");
        }
        if (method.isForGaps() && source.onGap() != OnGap.EMIT) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + " takes gaps, but the socket '" + name + "' does not emit them.",
                    "Set zmtp.sockets." + name + ".replay.on-gap: emit.");
        }
        if (method.isForGaps() && method.hasPayload()) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where
                            + " takes a gap and a payload, but a gap is there in the place of messages.",
                    "Take gaps by a method of their own, or both as an Update.");
        }
    }

    private MimeType contentType(String where, String socket, String text) {
        try {
            return text.isEmpty() ? settings.contentType().apply(socket) : MimeTypeUtils.parseMimeType(text);
        } catch (InvalidMimeTypeException none) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + ": the content type is '" + none.getMimeType() + "'.",
                    "Make it a media type such as application/json or text/plain.",
                    none);
        }
    }

    private static Topic topic(String where, String text) {
        try {
            return new Topic(text);
        } catch (IllegalArgumentException wrong) {
            throw new ZmtpConfigurationException(
                    "@ZmtpListener on " + where + ": the topic '" + text + "' does not fit: " + wrong.getMessage()
                            + ".",
                    "Put words between dots, such as md.{symbol}.*.",
                    wrong);
        }
    }

    /** Where nothing else is said. */
    private int usual(SocketType type, ListenerMethod method) {
        if (!method.replies() && type != SocketType.REP && type != SocketType.ROUTER) {
            return 1;
        }
        return method.blocks() ? settings.blockingAtATime() : ListenerSettings.MANY;
    }

    private @Nullable Duration timeout(String where, String text) {
        if (text.isEmpty()) {
            return settings.timeout();
        }
        try {
            Duration timeout = DurationFormatterUtils.detectAndParse(text);
            if (timeout.toNanos() > 0) {
                return timeout;
            }
        } catch (IllegalArgumentException | ArithmeticException none) {
            // refused below, as one that is too short
        }
        throw new ZmtpConfigurationException(
                "@ZmtpListener on " + where + ": the timeout is '" + text + "'.", "Make it a time above zero, as 2s.");
    }

    private @Nullable Integer concurrency(String where, String text) {
        if (text.isEmpty()) {
            return settings.concurrency();
        }
        try {
            int concurrency = Integer.parseInt(text);
            if (concurrency > 0) {
                return concurrency;
            }
        } catch (NumberFormatException none) {
            // refused below, as a number that is too small
        }
        throw new ZmtpConfigurationException(
                "@ZmtpListener on " + where + ": the concurrency is '" + text + "'.", "Make it a number above zero.");
    }

    private ZmtpErrorHandler errorHandler(String bean) {
        return bean.isEmpty() ? settings.errorHandler() : beans.getBean(bean, ZmtpErrorHandler.class);
    }

    private String resolve(String text) {
        String resolved = beans.resolveEmbeddedValue(text);
        return resolved == null ? "" : resolved;
    }

    static List<AnnotatedListener> mostSpecificFirst(List<AnnotatedListener> listeners) {
        return listeners.stream()
                .sorted((one, other) -> Integer.compare(weight(other), weight(one)))
                .toList();
    }

    private static int weight(AnnotatedListener listener) {
        return listener.topics().stream()
                .mapToInt(topic -> topic.prefix().length())
                .min()
                .orElse(-1);
    }
}
