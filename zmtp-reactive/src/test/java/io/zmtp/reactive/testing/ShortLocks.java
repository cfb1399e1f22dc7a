package io.zmtp.reactive.testing;

import java.util.List;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound of locks that its lists lack, short and not ours: one inside Netty's allocator, and those of the queues
 * of a scheduler and of virtual time. An error thrown while a thread waits for these would leave the queue locked for
 * ever.
 */
public final class ShortLocks implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        String scheduled = "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue";
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
                .allowBlockingCallsInside(scheduled, "offer")
                .allowBlockingCallsInside(scheduled, "remove");
        for (String method : List.of("offer", "poll", "peek", "remove", "size")) {
            builder.allowBlockingCallsInside("java.util.concurrent.PriorityBlockingQueue", method);
        }
    }
}
