package io.zmtp.spring.listener.method;

import io.zmtp.reactive.Message;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Conventions;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;
import org.springframework.util.MimeType;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * The last part of a message, converted: for parameters with {@code @Payload}, and for all that no other resolver supports.
 * Unlike Spring's own it takes an empty part for a value: the empty text, or no octets. With {@code @Valid} or
 * {@code @Validated} it is validated.
 */
public final class PayloadResolver implements SyncHandlerMethodArgumentResolver {

    /** What is known of a parameter, looked up once. */
    private record Wanted(
            Function<Message, Object> reader,
            boolean isOptional,
            @Nullable List<Object> validation,
            String name) {}

    private final ZmtpMessageConverter converter;
    private final MimeType contentType;
    private final @Nullable Validator validator;
    private final Map<MethodParameter, Wanted> known = new ConcurrentHashMap<>();

    /**
     * Converts as the listener says.
     *
     * @param validator null if nothing is to be validated
     */
    public PayloadResolver(ZmtpMessageConverter converter, MimeType contentType, @Nullable Validator validator) {
        this.converter = converter;
        this.contentType = contentType;
        this.validator = validator;
    }

    private Wanted wanted(MethodParameter parameter) {
        Payload annotation = parameter.getParameterAnnotation(Payload.class);
        List<Object> validation = validationOf(parameter);
        return new Wanted(
                converter.reader(ResolvableType.forMethodParameter(parameter), contentType),
                annotation != null && !annotation.required(),
                validation,
                validation == null ? "" : Conventions.getVariableNameForParameter(parameter));
    }

    /** {@return the groups to validate with, perhaps none; null if the parameter is not to be validated} */
    public static @Nullable List<Object> validationOf(MethodParameter parameter) {
        for (Annotation each : parameter.getParameterAnnotations()) {
            Object[] groups = ValidationAnnotationUtils.determineValidationHints(each);
            if (groups != null) {
                return List.of(groups);
            }
        }
        return null;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return !Throwable.class.isAssignableFrom(parameter.getParameterType());
    }

    @Override
    public @Nullable Object resolveArgumentValue(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Message whole = ((HandledMessage) message).whole();
        Wanted wanted = known.get(parameter);
        if (wanted == null) {
            wanted = known.computeIfAbsent(parameter, this::wanted);
        }
        if (wanted.isOptional() && whole.last().isEmpty()) {
            return null;
        }
        Object value = wanted.reader().apply(whole);
        List<Object> validation = wanted.validation();
        if (validation != null && validator != null) {
            BeanPropertyBindingResult result = new BeanPropertyBindingResult(value, wanted.name());
            if (validator instanceof SmartValidator smart && !validation.isEmpty()) {
                smart.validate(value, result, validation.toArray());
            } else {
                validator.validate(value, result);
            }
            if (result.hasErrors()) {
                throw new MethodArgumentNotValidException(message, parameter, result);
            }
        }
        return value;
    }
}
