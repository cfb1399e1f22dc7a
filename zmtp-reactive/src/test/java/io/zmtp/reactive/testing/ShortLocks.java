package io.zmtp.reactive.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound of locks that its lists lack, short and not ours: one inside Netty's allocator, and that of the queue
 * of a scheduler. An error thrown while a thread waits for the latter would leave the queue locked for ever.
 */
public final class ShortLocks implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        String scheduled = "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue";
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
                .allowBlockingCallsInside(scheduled, "offer")
                .allowBlockingCallsInside(scheduled, "remove");
    }
}
