package io.zmtp.reactive.transport;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.HostsFileEntriesProvider;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The system's file of hosts, as it is now: Netty's own resolver reads it once in the life of a process. Each look-up blocks;
 * the file is read again only if it has changed.
 */
final class HostsFile {

    /** That of this machine. */
    static final HostsFile SYSTEM = new HostsFile(
            File.separatorChar == '\\'
                    ? Path.of(String.valueOf(System.getenv("SystemRoot")), "system32", "drivers", "etc", "hosts")
                    : Path.of("/etc/hosts"));

    private final Path file;
    private @Nullable Version read;
    private Map<String, List<InetAddress>> ipv4 = Map.of();
    private Map<String, List<InetAddress>> ipv6 = Map.of();

    /** The state of the file: another one means other content. */
    private record Version(
            long modifiedNanos, long size, @Nullable Object key) {}

    HostsFile(Path file) {
        this.file = file;
    }

    /**
     * The addresses of a host, those of the kind that the system prefers first; none if the file does not name it, or is
     * not there.
     */
    synchronized List<InetAddress> addresses(String host) {
        refresh();
        String name = host.toLowerCase(Locale.ENGLISH);
        boolean ipv6First = NetUtil.isIpV6AddressesPreferred();
        List<InetAddress> all = new ArrayList<>((ipv6First ? ipv6 : ipv4).getOrDefault(name, List.of()));
        if (ipv6First || !NetUtil.isIpV4StackPreferred()) {
            all.addAll((ipv6First ? ipv4 : ipv6).getOrDefault(name, List.of()));
        }
        return all;
    }

    private void refresh() {
        Version now = null;
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            now = new Version(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size(), attributes.fileKey());
            if (now.equals(read)) {
                return;
            }
            HostsFileEntriesProvider entries = HostsFileEntriesProvider.parser()
                    .parse(file.toFile(), StandardCharsets.UTF_8, Charset.defaultCharset());
            ipv4 = entries.ipv4Entries();
            ipv6 = entries.ipv6Entries();
        } catch (IOException unreadable) {
            ipv4 = Map.of();
            ipv6 = Map.of();
        }
        read = now;
    }

    /** A resolver that knows one host, which has these addresses. */
    static AddressResolverGroup<InetSocketAddress> always(List<InetAddress> addresses) {
        return new AddressResolverGroup<>() {
            /** Keeps no resolver for the event loops, which last longer than this one attempt. */
            @Override
            public AddressResolver<InetSocketAddress> getResolver(EventExecutor executor) {
                return newResolver(executor);
            }

            @Override
            protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
                return new Always(executor, addresses).asAddressResolver();
            }
        };
    }

    private static final class Always extends InetNameResolver {

        private final List<InetAddress> addresses;

        Always(EventExecutor executor, List<InetAddress> addresses) {
            super(executor);
            this.addresses = addresses;
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            promise.setSuccess(addresses.get(0));
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            promise.setSuccess(addresses);
        }
    }
}
