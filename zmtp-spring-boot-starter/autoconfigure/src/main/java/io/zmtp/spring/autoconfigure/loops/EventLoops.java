package io.zmtp.spring.autoconfigure.loops;

import io.netty.channel.epoll.Epoll;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties.Transport;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties.TransportType;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.ClassUtils;
import reactor.netty.resources.LoopResources;

/**
 * Decides which event loops sockets run on. Reactor-netty takes io_uring wherever it finds it. Here it is never
 * chosen, so that adding a jar does not change the transport.
 */
public final class EventLoops implements DisposableBean {

    private static final Log LOG = LogFactory.getLog(EventLoops.class);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);
    private static final boolean IO_URING_PRESENT =
            ClassUtils.isPresent("io.netty.channel.uring.IoUring", EventLoops.class.getClassLoader());

    private final @Nullable LoopResources loops;
    private final boolean own;

    private EventLoops(@Nullable LoopResources loops, boolean own, String transport) {
        this.loops = loops;
        this.own = own;
        LOG.info("ZMTP sockets run on " + (own ? "their own" : loops == null ? "the library's" : "the application's")
                + " event loops, transport " + transport);
    }

    /** The loops that the application made for its sockets, whatever the properties say. */
    public static EventLoops of(LoopResources given) {
        return new EventLoops(given, false, "as given");
    }

    /**
     * Chooses by the properties.
     *
     * @param shared the application's own loops, if it has any
     */
    public static EventLoops of(Transport transport, @Nullable LoopResources shared) {
        return of(transport, shared, IO_URING_PRESENT);
    }

    /** Chooses, given whether io_uring is on the class path. */
    static EventLoops of(Transport transport, @Nullable LoopResources shared, boolean uring) {
        int threads = transport.workerThreads();
        TransportType type = transport.type();
        boolean own = type != TransportType.AUTO || threads > 0;
        if (own && Boolean.TRUE.equals(transport.shareReactorResources())) {
            throw new ZmtpConfigurationException(
                    "zmtp.transport.share-reactor-resources is true, but has no effect: zmtp.transport."
                            + (threads > 0 ? "worker-threads" : "type")
                            + " is set, which makes loops for sockets alone.",
                    "Remove one of the two keys.");
        }
        if (type == TransportType.AUTO && uring) {
            type = Epoll.isAvailable() ? TransportType.EPOLL : TransportType.NIO;
        }
        if (type == TransportType.AUTO && threads == 0) {
            boolean shares = !Boolean.FALSE.equals(transport.shareReactorResources());
            return new EventLoops(shares ? shared : null, false, name(type));
        }
        int size = threads == 0 ? LoopResources.DEFAULT_IO_WORKER_COUNT : threads;
        LoopResources loops = switch (type) {
            case AUTO -> LoopResources.create("zmtp", size, true);
            case NIO -> new NioLoops(LoopResources.create("zmtp-nio", size, true));
            case EPOLL -> epoll(size);
        };
        return new EventLoops(loops, true, name(type));
    }

    private static LoopResources epoll(int threads) {
        if (!Epoll.isAvailable()) {
            throw new ZmtpConfigurationException(
                    "zmtp.transport.type is epoll, which is not available here.",
                    "Set it to auto, or add netty-transport-native-epoll for this platform (Linux only).",
                    Epoll.unavailabilityCause());
        }
        return new EpollLoops(threads);
    }

    private static String name(TransportType type) {
        boolean epoll = type == TransportType.EPOLL
                || (type == TransportType.AUTO && LoopResources.DEFAULT_NATIVE && Epoll.isAvailable());
        return epoll ? "epoll" : type == TransportType.AUTO && LoopResources.hasNativeSupport() ? "kqueue" : "nio";
    }

    /** {@return the loops to run on; null for the library's shared ones} */
    public @Nullable LoopResources loops() {
        return loops;
    }

    /** Waits until the threads have gone. */
    @Override
    public void destroy() {
        if (own && loops != null) {
            loops.disposeLater(Duration.ZERO, SHUTDOWN_TIMEOUT)
                    .onErrorComplete()
                    .block(SHUTDOWN_TIMEOUT.plusSeconds(1));
        }
    }
}
