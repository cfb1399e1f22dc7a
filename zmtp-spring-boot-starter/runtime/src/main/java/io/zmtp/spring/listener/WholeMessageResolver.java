package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;

/** Parameters of type {@code Message}, {@code Bytes} (the last part) and {@code Peer}, without conversion. */
final class WholeMessageResolver implements SyncHandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return (type == Message.class || type == Bytes.class || type == Peer.class)
                && !parameter.hasParameterAnnotation(Header.class);
    }

    @Override
    public @Nullable Object resolveArgumentValue(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Message whole = (Message) message.getHeaders().get(ZmtpHeaders.MESSAGE);
        if (whole == null || parameter.getParameterType() == Message.class) {
            return whole;
        }
        return parameter.getParameterType() == Bytes.class
                ? whole.last()
                : whole.peer().orElse(null);
    }
}
