package io.zmtp.reactive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Debian's nginx in front of a plain {@code ws}, at a port in clear and at one with the certificate of
 * {@link TestCertificates#server()}. It passes on what is below {@code /zmtp/}, without that; below {@code /zmtp/impatient/}
 * it ends what is silent for 2 s. Guard tests with {@link RequiresNginx}.
 */
public final class Nginx implements AutoCloseable {

    static final String PROGRAM = "/usr/sbin/nginx";
    private static final long SECONDS = 30;

    private final Process process;
    private final int clear = freePort();
    private final int secured = freePort();

    private Nginx(Path folder, int upstream) throws IOException {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        Path authority = folder.resolve("ca.pem");
        Path config = folder.resolve("nginx.conf");
        Files.writeString(certificate, TestCertificates.server().certificatePem());
        Files.writeString(key, TestCertificates.server().keyPem());
        Files.writeString(authority, TestCertificates.caPem());
        Files.writeString(config, """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log stderr crit;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server {
                        listen 127.0.0.1:%2$d;
                        listen 127.0.0.1:%3$d ssl;
                        ssl_certificate %4$s;
                        ssl_certificate_key %5$s;
                        ssl_client_certificate %6$s;
                        ssl_verify_client optional;
                        proxy_http_version 1.1;
                        proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection "upgrade";
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_set_header X-Client $ssl_client_s_dn;
                        location /zmtp/ {
                            proxy_pass http://127.0.0.1:%7$d/;
                        }
                        location /zmtp/impatient/ {
                            proxy_pass http://127.0.0.1:%7$d/;
                            proxy_read_timeout 2s;
                        }
                    }
                }
                """.formatted(folder, clear, secured, certificate, key, authority, upstream));
        process = new ProcessBuilder(PROGRAM, "-e", "stderr", "-p", folder.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.INHERIT)
                .start();
    }

    static boolean isInstalled() {
        return Files.isExecutable(Path.of(PROGRAM));
    }

    /**
     * Starts one.
     *
     * @param folder where it may write
     * @param upstream the port of a plain ws at 127.0.0.1, which may come later
     */
    public static Nginx start(Path folder, int upstream) {
        try {
            Nginx nginx = new Nginx(folder, upstream);
            nginx.awaitPort();
            return nginx;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), secured).close();
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        throw new AssertionError("nginx does not listen");
    }

    private static int freePort() {
        try (RawListener free = RawPeer.listen()) {
            return free.port();
        }
    }

    /** Where a path is reached in clear. */
    public String ws(String path) {
        return "ws://localhost:" + clear + "/zmtp" + path;
    }

    /** Where a path is reached by TLS. */
    public String wss(String path) {
        return "wss://localhost:" + secured + "/zmtp" + path;
    }

    /** Ends it, and all connections through it. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
