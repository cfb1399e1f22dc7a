package io.zmtp.reactive.transport;

import io.netty.channel.ConnectTimeoutException;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import io.zmtp.reactive.Endpoint;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Looks an endpoint's name up by another resolver, with a limit of time, as that one may never answer. */
final class LimitedLookUp<T extends SocketAddress> extends AddressResolverGroup<T> {

    private final AddressResolverGroup<T> names;
    private final Endpoint endpoint;
    private final Duration timeout;

    LimitedLookUp(AddressResolverGroup<T> names, Endpoint endpoint, Duration timeout) {
        this.names = names;
        this.endpoint = endpoint;
        this.timeout = timeout;
    }

    /** Keeps no resolver: the group beneath does. */
    @Override
    public AddressResolver<T> getResolver(EventExecutor executor) {
        return newResolver(executor);
    }

    @Override
    protected AddressResolver<T> newResolver(EventExecutor executor) {
        return new Limited(executor, names.getResolver(executor));
    }

    private final class Limited implements AddressResolver<T> {

        private final EventExecutor executor;
        private final AddressResolver<T> resolver;

        Limited(EventExecutor executor, AddressResolver<T> resolver) {
            this.executor = executor;
            this.resolver = resolver;
        }

        @Override
        public boolean isSupported(SocketAddress address) {
            return resolver.isSupported(address);
        }

        @Override
        public boolean isResolved(SocketAddress address) {
            return resolver.isResolved(address);
        }

        @Override
        public Future<T> resolve(SocketAddress address) {
            return resolve(address, executor.newPromise());
        }

        @Override
        public Future<T> resolve(SocketAddress address, Promise<T> promise) {
            return limit(resolver.resolve(address), promise);
        }

        @Override
        public Future<List<T>> resolveAll(SocketAddress address) {
            return resolveAll(address, executor.newPromise());
        }

        @Override
        public Future<List<T>> resolveAll(SocketAddress address, Promise<List<T>> promise) {
            return limit(resolver.resolveAll(address), promise);
        }

        /** An answer that comes too late is ignored. */
        private <A> Future<A> limit(Future<A> asked, Promise<A> promise) {
            Future<?> end = executor.schedule(
                    () -> promise.tryFailure(new ConnectTimeoutException(endpoint + ": expected an address of "
                            + endpoint.host() + " within " + timeout + ", but its look-up did not end")),
                    timeout.toMillis(),
                    TimeUnit.MILLISECONDS);
            asked.addListener((FutureListener<A>) answer -> {
                end.cancel(false);
                if (answer.isSuccess()) {
                    promise.trySuccess(answer.getNow());
                } else {
                    promise.tryFailure(answer.cause());
                }
            });
            return promise;
        }

        /** The group beneath closes its own. */
        @Override
        public void close() {}
    }
}
