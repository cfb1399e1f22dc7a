package io.zmtp.spring.listener.method;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.replay.Update;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;

/**
 * Parameters of type {@code Message}, {@code Bytes} (the last part) and {@code Peer}; {@code Update} or a type of it; and
 * {@code Principal} or a type of it, such as Spring Security's {@code Authentication}: the user that the web server took the
 * peer for, or that the authenticator took it for; null if there is none, or none of that type.
 */
public final class WholeMessageResolver implements SyncHandlerMethodArgumentResolver {

    /** For any method. */
    public WholeMessageResolver() {}

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return (type == Message.class
                        || type == Bytes.class
                        || type == Peer.class
                        || Update.class.isAssignableFrom(type)
                        || Principal.class.isAssignableFrom(type))
                && !parameter.hasParameterAnnotation(Header.class)
                && !parameter.hasParameterAnnotation(Payload.class);
    }

    @Override
    public @Nullable Object resolveArgumentValue(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Message whole = ((HandledMessage) message).whole();
        if (Update.class.isAssignableFrom(parameter.getParameterType())) {
            Update update = ((HandledMessage) message).update();
            return parameter.getParameterType().isInstance(update) ? update : null;
        }
        if (parameter.getParameterType() == Message.class) {
            return whole;
        }
        if (parameter.getParameterType() == Bytes.class) {
            return whole.last();
        }
        Peer peer = whole.peer().orElse(null);
        if (peer == null || parameter.getParameterType() == Peer.class) {
            return peer;
        }
        Principal known = peer.principal() == null ? user(peer.userId()) : peer.principal();
        return parameter.getParameterType().isInstance(known) ? known : null;
    }

    private static @Nullable Principal user(@Nullable String name) {
        return name == null ? null : new User(name);
    }

    private record User(String getName) implements Principal {}
}
