package io.zmtp.reactive.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails the run when Netty reported a leaked buffer during it. JUnit registers it for every test class by itself
 * (junit-platform.properties); the first class of a run starts the watch, and the end of the run collects.
 */
public final class LeakWatch implements BeforeAllCallback {
    private static final long GC_TIMEOUT_MILLIS = 30_000;

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LeakWatch.class))
                .computeIfAbsent(Watch.class, key -> Watch.begin(), Watch.class);
    }

    /** The running watch, for a test of the watch itself. */
    static Watch of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LeakWatch.class))
                .get(Watch.class, Watch.class);
    }

    /** Hears what Netty's leak detector logs; closed by JUnit at the end of the run. */
    static final class Watch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final List<String> leaks = new CopyOnWriteArrayList<>();

        private static Watch begin() {
            Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
            Watch watch = new Watch();
            watch.setContext(logger.getLoggerContext());
            watch.start();
            logger.addAppender(watch);
            logger.setAdditive(false); // close() prints them all, once
            return watch;
        }

        @Override
        protected void append(ILoggingEvent event) {
            String line = event.getFormattedMessage();
            if (line.startsWith("LEAK:")) {
                leaks.add(line);
            }
        }

        /** Collects garbage and has the detector report what it finds; all leaks reported so far. */
        List<String> collect() {
            // Twice: a reference of the first collection may still be on its way into the detector's queue.
            for (int round = 0; round < 2; round++) {
                awaitGarbageCollection();
                touchDetector(PooledByteBufAllocator.DEFAULT);
                touchDetector(ByteBufAllocator.DEFAULT);
            }
            return leaks;
        }

        @Override
        public void close() {
            List<String> found = collect();
            Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
            logger.detachAppender(this);
            logger.setAdditive(true);
            if (!found.isEmpty()) {
                throw new AssertionError(found.size() + " buffer(s) leaked in this run:\n" + String.join("\n", found));
            }
        }

        /** The detector reports old leaks whenever it is asked to track a new buffer. */
        private static void touchDetector(ByteBufAllocator allocator) {
            for (int i = 0; i < 8; i++) {
                allocator.directBuffer(1).release();
            }
        }

        private static void awaitGarbageCollection() {
            ReferenceQueue<Object> queue = new ReferenceQueue<>();
            WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
            System.gc();
            try {
                if (queue.remove(GC_TIMEOUT_MILLIS) != sentinel) {
                    throw new IllegalStateException("no garbage collection within " + GC_TIMEOUT_MILLIS + " ms");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the garbage collector", e);
            }
        }
    }
}
