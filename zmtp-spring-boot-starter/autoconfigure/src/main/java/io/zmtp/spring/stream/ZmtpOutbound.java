package io.zmtp.spring.stream;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.context.Lifecycle;
import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.support.ErrorMessage;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sends what comes out of a function. It waits for room in a queue, in the thread that sends, so that a function is as slow as
 * its output. A thread that must not wait, as an event loop, leaves a bounded number of messages waiting instead.
 */
final class ZmtpOutbound extends AbstractMessageHandler implements Lifecycle {

    /** How many messages may wait for a thread that must not. */
    private static final int MAX_WAITING = 1000;

    /** How many octets these may have, except for one message alone. */
    private static final long MAX_WAITING_OCTETS = 16L << 20;

    private final List<BindingSocket> partitions;
    private final WireMapping mapping;
    private final Function<org.springframework.messaging.Message<?>, @Nullable String> topic;
    private final ZmtpTemplate template;
    private final @Nullable Duration timeout;
    private final @Nullable MessageChannel errors;
    private int waiting;
    private long waitingOctets;
    private volatile boolean running;

    /**
     * The output of a binding.
     *
     * @param partitions at least one
     * @param topic what is sent before the payload; null for nothing
     * @param timeout how long sending may wait; null for as long as it takes
     * @param errors gets what failed when nobody waited for it
     */
    ZmtpOutbound(
            List<BindingSocket> partitions,
            WireMapping mapping,
            Function<org.springframework.messaging.Message<?>, @Nullable String> topic,
            ZmtpTemplate template,
            @Nullable Duration timeout,
            @Nullable MessageChannel errors) {
        this.partitions = partitions;
        this.mapping = mapping;
        this.topic = topic;
        this.template = template;
        this.timeout = timeout;
        this.errors = errors;
    }

    @Override
    protected void handleMessageInternal(org.springframework.messaging.Message<?> message) {
        if (!running) {
            throw new MessageDeliveryException(message, "the binding of " + getComponentName() + " is stopped");
        }
        BindingSocket to = partition(message);
        ZmtpSocket socket = to.socket();
        Message wire = mapping.write(socket.type(), message);
        Mono<Void> sending = template.send(to.name(), topic.apply(message), wire);
        if (timeout != null) {
            sending = sending.timeout(timeout);
        }
        if (Schedulers.isInNonBlockingThread()) {
            leaveWaiting(sending, message, wire.bytes());
        } else {
            sending.block();
        }
    }

    private BindingSocket partition(org.springframework.messaging.Message<?> message) {
        if (partitions.size() == 1) {
            return partitions.get(0);
        }
        Integer partition = message.getHeaders().get(BinderHeaders.PARTITION_HEADER, Integer.class);
        if (partition == null || partition < 0 || partition >= partitions.size()) {
            throw new MessageHandlingException(
                    message,
                    "header " + BinderHeaders.PARTITION_HEADER + ": expected a partition from 0 to "
                            + (partitions.size() - 1) + ", but it is " + partition);
        }
        return partitions.get(partition);
    }

    private void leaveWaiting(Mono<Void> sending, org.springframework.messaging.Message<?> message, long octets) {
        if (!hasRoom(octets)) {
            throw new MessageDeliveryException(
                    message,
                    waiting() + " messages wait for room in the queues of "
                            + partitions.get(0).name()
                            + ", and the thread " + Thread.currentThread().getName()
                            + " must not: end the function with publishOn(Schedulers.boundedElastic())");
        }
        sending.doFinally(end -> left(octets)).subscribe(nothing -> {}, failure -> failed(message, failure));
    }

    private synchronized boolean hasRoom(long octets) {
        if (waiting == MAX_WAITING || (waiting > 0 && waitingOctets + octets > MAX_WAITING_OCTETS)) {
            return false;
        }
        waiting++;
        waitingOctets += octets;
        return true;
    }

    private synchronized int waiting() {
        return waiting;
    }

    private synchronized void left(long octets) {
        waiting--;
        waitingOctets -= octets;
    }

    private void failed(org.springframework.messaging.Message<?> message, Throwable failure) {
        if (errors == null) {
            logger.error(failure, () -> "A message was not sent to " + getComponentName());
        } else {
            errors.send(new ErrorMessage(
                    new MessageHandlingException(message, "the message was not sent", failure), message));
        }
    }

    @Override
    public void start() {
        partitions.forEach(BindingSocket::open);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void destroy() {
        stop();
        partitions.forEach(BindingSocket::close);
        super.destroy();
    }
}
