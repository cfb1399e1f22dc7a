package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

@ExtendWith(LeakWatchTests.WatchResolver.class)
class LeakWatchTests {
    @Test
    void nettyLooksAtEveryBuffer() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    @Test
    void hearsOfABufferThatNobodyReleased(LeakWatch.Watch watch) {
        leak("planted by LeakWatchTests");
        assertThat(watch.collect()).anyMatch(line -> line.contains("planted by LeakWatchTests"));
        // The planted one must not fail the run; any other still does.
        watch.collect().removeIf(line -> line.contains("planted by LeakWatchTests"));
    }

    private static void leak(String hint) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        buffer.touch(hint);
    }

    static final class WatchResolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == LeakWatch.Watch.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return LeakWatch.of(context);
        }
    }
}
