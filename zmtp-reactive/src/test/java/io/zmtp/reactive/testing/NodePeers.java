package io.zmtp.reactive.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sockets of npm's {@code zeromq}, which is libzmq with ws and the draft types, and of {@code jszmq}, in one process of
 * Node that {@code src/test/node/peers.js} makes. Guard tests with {@link RequiresNode}.
 */
public final class NodePeers implements AutoCloseable {

    private static final Path FOLDER = Path.of("src/test/node");
    private static final long SECONDS = 30;

    private final Process process;
    private final BufferedWriter commands;
    private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    private NodePeers(Process process) {
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "node");
        reader.setDaemon(true);
        reader.start();
    }

    /** Why there is none; null if it can be started. */
    static @Nullable String missing() {
        if (!Files.isDirectory(FOLDER.resolve("node_modules"))) {
            return "no " + FOLDER + "/node_modules: run npm ci --ignore-scripts there";
        }
        try {
            Process asked = new ProcessBuilder("node", "--version")
                    .redirectErrorStream(true)
                    .start();
            return asked.waitFor(SECONDS, TimeUnit.SECONDS) && asked.exitValue() == 0 ? null : "node does not run";
        } catch (IOException absent) {
            return "no node on the PATH";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    public static NodePeers start() {
        try {
            return new NodePeers(new ProcessBuilder("node", "peers.js")
                    .directory(FOLDER.toFile())
                    .redirectError(Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One socket; its calls wait, at most 30 s. */
    public final class Socket implements AutoCloseable {
        private final int number = ids.incrementAndGet();

        public String bind(String endpoint) {
            return await(call("bind", Map.of("socket", number, "endpoint", endpoint)))
                    .stringValue();
        }

        public void connect(String endpoint) {
            await(call("connect", Map.of("socket", number, "endpoint", endpoint)));
        }

        public void subscribe(String topic) {
            await(call("subscribe", Map.of("socket", number, "topic", topic)));
        }

        public void join(String group) {
            await(call("join", Map.of("socket", number, "group", group)));
        }

        public void leave(String group) {
            await(call("leave", Map.of("socket", number, "group", group)));
        }

        /** Sends a message; the first part of one of RADIO is its group, of one of SERVER the routing id. */
        public void send(byte[]... parts) {
            List<String> texts = new ArrayList<>();
            for (byte[] part : parts) {
                texts.add(Base64.getEncoder().encodeToString(part));
            }
            await(call("send", Map.of("socket", number, "parts", texts)));
        }

        /** The next message; the first part of one of DISH is its group, of one of SERVER the routing id. */
        public List<byte[]> receive() {
            List<byte[]> parts = new ArrayList<>();
            for (JsonNode part : await(call("receive", Map.of("socket", number)))) {
                parts.add(Base64.getDecoder().decode(part.stringValue()));
            }
            return parts;
        }

        @Override
        public void close() {
            await(call("close", Map.of("socket", number)));
        }
    }

    /**
     * Opens a socket.
     *
     * @param library {@code zeromq} or {@code jszmq}
     * @param type as its class is called
     * @param options those of zeromq.js; jszmq has the routing id only
     */
    public Socket open(String library, String type, Map<String, ?> options) {
        Socket socket = new Socket();
        await(call("open", Map.of("socket", socket.number, "library", library, "type", type, "options", options)));
        return socket;
    }

    /** Has libzmq's servers of PLAIN let in one user; once in a process. */
    public void admit(String user, String password) {
        await(call("admit", Map.of("user", user, "password", password)));
    }

    private CompletableFuture<JsonNode> call(String operation, Map<String, ?> arguments) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        Map<String, Object> request = new ConcurrentHashMap<>(arguments);
        request.put("id", id);
        request.put("op", operation);
        try {
            synchronized (commands) {
                commands.write(JsonMapper.shared().writeValueAsString(request));
                commands.write('\n');
                commands.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer;
    }

    private static JsonNode await(CompletableFuture<JsonNode> answer) {
        try {
            JsonNode line = answer.get(SECONDS, TimeUnit.SECONDS);
            if (line.has("error")) {
                throw new AssertionError("node: " + line.get("error").stringValue());
            }
            return line.path("value");
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("node did not answer", e);
        }
    }

    private void read() {
        try (BufferedReader answers =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = answers.readLine()) != null; ) {
                JsonNode answer = JsonMapper.shared().readTree(line);
                CompletableFuture<JsonNode> waiting =
                        pending.remove(answer.get("id").intValue());
                if (waiting != null) {
                    waiting.complete(answer);
                }
            }
        } catch (IOException ended) {
            // the process is gone
        }
        pending.values().forEach(each -> each.completeExceptionally(new IOException("node has ended")));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
