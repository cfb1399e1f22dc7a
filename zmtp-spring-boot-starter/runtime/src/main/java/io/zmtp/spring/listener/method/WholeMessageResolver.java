package io.zmtp.spring.listener.method;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;

/**
 * Parameters of type {@code Message}, {@code Bytes} (the last part), {@code Peer}, and {@code Principal}, the user that the
 * authenticator took the peer for, if it took it for one.
 */
public final class WholeMessageResolver implements SyncHandlerMethodArgumentResolver {

    /** For any method. */
    public WholeMessageResolver() {}

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return (type == Message.class || type == Bytes.class || type == Peer.class || type == Principal.class)
                && !parameter.hasParameterAnnotation(Header.class);
    }

    @Override
    public @Nullable Object resolveArgumentValue(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Message whole = ((HandledMessage) message).whole();
        if (parameter.getParameterType() == Message.class) {
            return whole;
        }
        if (parameter.getParameterType() == Bytes.class) {
            return whole.last();
        }
        Peer peer = whole.peer().orElse(null);
        return parameter.getParameterType() == Peer.class ? peer : user(peer);
    }

    private static @Nullable Principal user(@Nullable Peer peer) {
        String name = peer == null ? null : peer.userId();
        return name == null ? null : new User(name);
    }

    private record User(String getName) implements Principal {}
}
