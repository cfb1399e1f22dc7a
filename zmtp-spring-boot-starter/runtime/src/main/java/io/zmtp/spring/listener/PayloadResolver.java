package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.spring.core.ZmtpMessageConverter;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;
import org.springframework.util.MimeType;

/**
 * The last part of a message, converted: for parameters with {@code @Payload}, and for all that no other resolver supports.
 * Unlike Spring's own it takes an empty part for a value: the empty text, or no octets.
 */
record PayloadResolver(ZmtpMessageConverter converter, MimeType contentType)
        implements SyncHandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return !Throwable.class.isAssignableFrom(parameter.getParameterType());
    }

    @Override
    public @Nullable Object resolveArgumentValue(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Message whole = (Message) message.getHeaders().get(ZmtpHeaders.MESSAGE);
        if (whole == null) {
            throw new MethodArgumentNotValidException(message, parameter);
        }
        Payload annotation = parameter.getParameterAnnotation(Payload.class);
        if (annotation != null && !annotation.required() && whole.last().isEmpty()) {
            return null;
        }
        return converter.fromMessage(whole, ResolvableType.forMethodParameter(parameter), contentType);
    }
}
