package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;

/**
 * Calls a listener that was registered while the application runs. It makes no replies itself: the application
 * may send one, also later.
 */
record RegisteredTarget(ZmtpMessageListener listener, ZmtpMessageConverter converter, MimeType contentType)
        implements ListenerTarget {

    @Override
    public boolean blocks() {
        return true;
    }

    @Override
    public @Nullable Flux<Message> handle(
            Incoming incoming, SocketType type, Map<String, String> variables, Work.Stay stay) {
        if (stay.begin()) {
            try {
                listener.on(incoming.message(), incoming.envelope());
            } finally {
                stay.end();
            }
        }
        return null;
    }

    @Override
    public boolean mayReplyLater() {
        return true;
    }

    @Override
    public Message reply(Incoming incoming, Object payload) {
        return incoming.reply(converter.toMessage(payload, contentType));
    }
}
