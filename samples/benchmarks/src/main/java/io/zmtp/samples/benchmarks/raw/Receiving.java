package io.zmtp.samples.benchmarks.raw;

import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** Any number of connections, read by one thread. */
final class Receiving {
    private static final int BUFFER = 128 * 1024;

    private final Window window;
    private final Selector selector;

    private Receiving(Settings settings) throws IOException {
        window = new Window(settings);
        selector = Selector.open();
    }

    /** Binds PULL, and reads from all that connect. */
    static void pull(Settings settings) throws IOException {
        Receiving receiving = new Receiving(settings);
        ServerSocketChannel server = ServerSocketChannel.open().bind(Wire.address(settings), 4096);
        server.configureBlocking(false);
        server.register(receiving.selector, SelectionKey.OP_ACCEPT);
        System.out.println("READY");
        receiving.run();
    }

    /**
     * Connects {@code subs} SUBs, each with all {@code topics} prefixes, or with the empty one. With {@code read=0} they
     * never read, as subscribers that are stuck.
     */
    static void subscribe(Settings settings) throws IOException {
        Receiving receiving = new Receiving(settings);
        for (int i = 0; i < settings.subscribers(); i++) {
            SocketChannel channel = Wire.connect(settings, "SUB");
            Wire.writeAll(channel, subscriptions(settings));
            receiving.add(channel);
        }
        if (settings.reads()) {
            receiving.run();
        } else {
            while (receiving.selector.isOpen()) {
                LockSupport.park(receiving);
            }
        }
    }

    private static ByteBuffer subscriptions(Settings settings) {
        if (settings.topics() == 0) {
            return Wire.subscription("");
        }
        ByteBuffer all = ByteBuffer.allocate(
                settings.topics() * Wire.subscription(Settings.topic(0)).remaining());
        for (int topic = 0; topic < settings.topics(); topic++) {
            all.put(Wire.subscription(Settings.topic(topic)));
        }
        return all.flip();
    }

    private void add(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Wire.Walker(BUFFER));
    }

    private void run() throws IOException {
        for (; ; ) {
            selector.select(this::handle);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.channel() instanceof ServerSocketChannel server) {
                SocketChannel channel = server.accept();
                Wire.shakeHands(channel, "PULL");
                add(channel);
                return;
            }
            int messages = ((Wire.Walker) key.attachment()).read((SocketChannel) key.channel());
            for (int i = 0; i < messages; i++) {
                window.count();
            }
            if (messages < 0) {
                key.channel().close();
            }
        } catch (IOException failed) {
            key.cancel();
            System.err.println("a connection failed: " + failed);
        }
    }
}
