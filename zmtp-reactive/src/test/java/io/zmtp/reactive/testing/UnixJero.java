package io.zmtp.reactive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * JeroMQ 0.7.0 of {@code fr.loghub}, whose ipc is Unix domain sockets. Its classes have the same names as those of JeroMQ
 * 0.6.0, so it has a class loader of its own; the build puts its jar where this finds it.
 */
public final class UnixJero implements AutoCloseable {

    private static final Path JAR = Path.of("target/peers/jeromq.jar");

    private final Sockets sockets;

    /** One of its sockets; use it from one thread at a time. */
    public interface Socket {
        String bind(String endpoint);

        void connect(String endpoint);

        void send(byte[]... parts);

        List<byte[]> receive();

        void close();
    }

    /** What {@link JeroSockets} is. */
    public interface Sockets {
        /** Opens a socket, which subscribes to everything if it is a SUB. */
        Socket open(String type, byte[] name);

        /** Closes all of them. */
        void close();
    }

    public UnixJero() {
        if (!Files.exists(JAR)) {
            throw new AssertionError("no " + JAR + ": run mvn generate-test-resources");
        }
        try {
            URL[] places = {
                JAR.toUri().toURL(),
                UnixJero.class.getProtectionDomain().getCodeSource().getLocation()
            };
            Loader loader = new Loader(places);
            loader.loadClass("zmq.io.net.NetProtocol")
                    .getMethod("preloadWithClassLoader", ClassLoader.class)
                    .invoke(null, loader);
            this.sockets = (Sockets) loader.loadClass(JeroSockets.class.getName())
                    .getConstructor()
                    .newInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Has JeroMQ, and what of ours uses it, anew; all else is that of the tests. */
    private static final class Loader extends URLClassLoader {

        Loader(URL[] places) {
            super("JeroMQ 0.7.0", places, UnixJero.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                boolean own = name.startsWith("org.zeromq.")
                        || name.startsWith("zmq.")
                        || name.startsWith(Jero.class.getName());
                return own ? findClass(name) : super.loadClass(name, resolve);
            }
        }
    }

    /** Opens a socket, which subscribes to everything if it is a SUB. */
    public Socket open(String type, byte[] name) {
        return sockets.open(type, name);
    }

    @Override
    public void close() {
        sockets.close();
    }
}
