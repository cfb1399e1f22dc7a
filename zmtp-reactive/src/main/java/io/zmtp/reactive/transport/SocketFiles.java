package io.zmtp.reactive.transport;

import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The files of ipc endpoints. All of this blocks. */
final class SocketFiles {

    private static final String NAME = "socket";

    private SocketFiles() {}

    /** An endpoint of a path that nobody else has or can connect to but this user: in a new directory, for one file. */
    static Endpoint temporary() throws IOException {
        Path directory = Files.createTempDirectory("zmtp"); // which the user alone may enter, where there is POSIX
        try {
            return Endpoint.ofIpc(directory.resolve(NAME).toString());
        } catch (IllegalArgumentException tooLong) {
            Files.delete(directory);
            throw new BindException(
                    "ipc://*: the directory of java.io.tmpdir has too long a name: " + tooLong.getMessage());
        }
    }

    /** Removes the file of an endpoint, and, if that is {@link #temporary}, the directory. */
    static void remove(Endpoint endpoint, boolean isTemporary) throws IOException {
        Path file = Path.of(endpoint.name());
        Files.deleteIfExists(file);
        if (isTemporary) {
            Files.deleteIfExists(file.getParent());
        }
    }

    /** Removes a file that an endpoint left behind when its process died: a socket that no process listens at. */
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
