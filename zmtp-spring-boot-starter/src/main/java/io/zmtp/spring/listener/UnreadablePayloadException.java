package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.util.MimeType;

/**
 * A payload that cannot be converted. It says what was wanted and which error a codec met, and leaves out that error, whose
 * text may quote the payload.
 */
final class UnreadablePayloadException extends DecodingException {

    private static final long serialVersionUID = 1;

    UnreadablePayloadException(Bytes payload, ResolvableType wanted, MimeType contentType, DecodingException met) {
        super("no " + wanted + " can be made of the " + payload.size() + " octets that came as " + contentType + ": "
                + met.getMostSpecificCause().getClass().getName());
        setStackTrace(met.getStackTrace());
    }
}
