package io.zmtp.reactive.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The files that ipc endpoints leave behind when their process dies. */
final class SocketFiles {

    private SocketFiles() {}

    /** Removes a socket file that no process listens at; blocks. */
    static void removeStale(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw new BindException("ipc://" + file + ": expected a socket or nothing, but another file is there");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            throw new BindException("ipc://" + file + ": expected a path that is free, but a process listens at "
                    + probe.getRemoteAddress());
        } catch (BindException inUse) {
            throw inUse;
        } catch (ConnectException refused) {
            Files.deleteIfExists(file);
        }
    }
}
