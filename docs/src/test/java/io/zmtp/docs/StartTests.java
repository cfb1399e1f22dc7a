package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.zmtp.docs.Page.Block;
import io.zmtp.reactive.mechanism.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application starts with each block of sockets that the pages show. */
class StartTests {

    private static final KeyPair KEYS = KeyPair.generate();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    /** What the bindings of Spring Cloud Stream bind. */
    @Configuration(proxyBeanMethods = false)
    static class Billing {

        @Bean
        Function<byte[], byte[]> bill() {
            return order -> order;
        }
    }

    @TestFactory
    Stream<DynamicTest> start(@TempDir Path files) throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM());
        Files.writeString(files.resolve("key"), KEYS.secretKey().z85());
        return Page.all().stream()
                .filter(page -> page.toString().matches("docs/.*|README.md|zmtp-spring-boot-starter/README.md"))
                .flatMap(page -> page.blocks("yaml").stream())
                .filter(block -> block.code().contains("sockets"))
                .map(block -> DynamicTest.dynamicTest(block.toString(), () -> starts(block, files)));
    }

    private static void starts(Block block, Path files) throws IOException {
        Path settings = Files.writeString(files.resolve("application.yml"), here(block.code(), files));
        Class<?>[] sources = block.code().contains("cloud.stream")
                ? new Class<?>[] {Application.class, Billing.class}
                : new Class<?>[] {Application.class};
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(sources)
                .run(
                        "--spring.config.location=file:" + settings,
                        "--server.port=0",
                        "--zmtp.defaults.linger=0s",
                        "--spring.main.banner-mode=off",
                        "--ORDERS_KEY=hex:" + KEYS.secretKey().hex())) {
            assertThat(context.isRunning()).as(block.code()).isTrue();
        }
    }

    /** Any port in place of a certain one, the files of this test, and a key in place of an ellipsis. */
    private static String here(String code, Path files) {
        return code.replaceAll("tcp://\\*:\\d+", "tcp://*:*")
                .replace("file:/etc/app", "file:" + files)
                .replace("hex:7f…", "hex:" + KEYS.publicKey().hex());
    }
}
