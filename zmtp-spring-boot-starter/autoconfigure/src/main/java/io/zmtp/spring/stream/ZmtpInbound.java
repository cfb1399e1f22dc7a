package io.zmtp.spring.stream;

import io.zmtp.reactive.Message;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.listener.ZmtpMessageListener;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.integration.core.Pausable;
import org.springframework.integration.core.RecoveryCallback;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.integration.support.ErrorMessageUtils;

/** Hands what a socket receives to the channel of a binding: a listener, which is steered as the binding is. */
final class ZmtpInbound extends MessageProducerSupport implements Pausable {

    private final BindingSocket socket;
    private final WireMapping mapping;
    private final ZmtpListenerRegistry listeners;
    private final Duration shutdownTimeout;
    private final @Nullable ZmtpOutbound deadLetters;
    private @Nullable RetryTemplate retry;
    private @Nullable RecoveryCallback<?> recovery;

    ZmtpInbound(
            BindingSocket socket,
            WireMapping mapping,
            ZmtpListenerRegistry listeners,
            Duration shutdownTimeout,
            @Nullable ZmtpOutbound deadLetters) {
        this.socket = socket;
        this.mapping = mapping;
        this.listeners = listeners;
        this.shutdownTimeout = shutdownTimeout;
        this.deadLetters = deadLetters;
    }

    /** Registers the listener; its id is the name of the component. */
    void listen(List<String> topics, int concurrency) {
        ZmtpMessageListener listener = this::on;
        listeners.register(id(), socket.name(), topics, concurrency, listener);
    }

    /** A message that fails is tried again, and then recovered. */
    void retrying(RetryTemplate template, RecoveryCallback<?> callback) {
        retry = template;
        recovery = callback;
    }

    private String id() {
        return String.valueOf(getComponentName());
    }

    private void on(Message wire, int envelope) {
        org.springframework.messaging.Message<byte[]> message =
                mapping.read(socket.name(), socket.socket().type(), wire, envelope);
        RetryTemplate template = retry;
        RecoveryCallback<?> callback = recovery;
        if (template == null || callback == null) {
            sendMessage(message);
            return;
        }
        try {
            template.execute(() -> {
                sendMessage(message);
                return true;
            });
        } catch (RetryException exhausted) {
            Throwable cause = exhausted.getCause();
            callback.recover(
                    ErrorMessageUtils.getAttributeAccessor(message, message), cause == null ? exhausted : cause);
        }
    }

    @Override
    protected void doStart() {
        if (deadLetters != null) {
            deadLetters.start();
        }
        listeners.start(id());
        socket.open();
    }

    @Override
    protected void doStop() {
        listeners
                .stop(id())
                .timeout(shutdownTimeout)
                .onErrorComplete() // what is not finished by then is reported when it is given up
                .block();
        super.doStop();
    }

    @Override
    public void pause() {
        listeners.pause(id());
    }

    @Override
    public void resume() {
        listeners.resume(id());
    }

    @Override
    public boolean isPaused() {
        return listeners.isPaused(id());
    }

    @Override
    public void destroy() {
        super.destroy();
        listeners.unregister(id());
        socket.close();
        if (deadLetters != null) {
            deadLetters.destroy();
        }
    }
}
