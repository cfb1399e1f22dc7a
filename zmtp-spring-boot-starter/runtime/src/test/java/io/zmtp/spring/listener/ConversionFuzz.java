package io.zmtp.spring.listener;

import io.micrometer.observation.ObservationRegistry;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.codec.StringDecoder;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/** Messages of a peer, parts divided by the octet 0xff, taken apart and converted as listeners have it. */
public final class ConversionFuzz {
    /** What a listener may want. */
    public record Order(String id, int count, List<Double> prices, Map<String, Order> more) {}

    private static final ZmtpMessageConverter CONVERTER =
            new ZmtpMessageConverter(List.of(), List.of(StringDecoder.allMimeTypes(), new JacksonJsonDecoder()));
    private static final Observed OBSERVED = new Observed(ObservationRegistry.NOOP, true);
    private static final MimeType JSON = MimeTypeUtils.APPLICATION_JSON;

    private ConversionFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        List<Bytes> parts = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= data.length; at++) {
            if (at == data.length || data[at] == -1) {
                parts.add(Bytes.copyOf(data, from, at));
                from = at + 1;
            }
        }
        Message message = Message.of(parts);
        for (SocketType type : SocketType.values()) {
            Incoming incoming = Incoming.of(type, OBSERVED.received(message), OBSERVED.trace(message));
            incoming.topic(type);
            incoming.stream();
            incoming.reply(Message.of("reply"));
        }
        ReplyStreams.count(message.last());
        for (Class<?> wanted : List.of(String.class, Order.class, Map.class)) {
            try {
                CONVERTER.fromMessage(message, ResolvableType.forClass(wanted), JSON);
            } catch (DecodingException | IllegalArgumentException | ZmtpConfigurationException refused) {
                refused.getMessage();
            }
        }
    }
}
