package io.zmtp.spring.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What docs/work-spring.md shows runs. */
class WorkPageTests {

    private static final Path PAGE = Path.of("../../docs/work-spring.md");
    private static final Path SOURCE = Path.of("src/test/java/io/zmtp/spring/delivery/WorkPageTests.java");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    record Picture(String name, int octets) {}

    static class Worker {

        final BlockingQueue<String> resized = new LinkedBlockingQueue<>();

        @ZmtpListener("work")
        Mono<Void> resize(Picture picture) {
            if (picture.octets() == 0) {
                return Mono.error(new ZmtpNackException(ZmtpNackException.BAD_INPUT, "there is nothing in it"));
            }
            return resized(picture);
        }

        private Mono<Void> resized(Picture picture) {
            return Mono.fromRunnable(() -> resized.add(picture.name()));
        }
    }

    static class Pictures {

        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final ZmtpTemplate template;

        Pictures(ZmtpTemplate template) {
            this.template = template;
        }

        Mono<Void> submit(Picture picture) {
            Delivery delivery = template.deliver("jobs", picture);
            return delivery.takenOver().doOnSuccess(taken -> log("at a worker")).then(delivery.done());
        }

        private void log(String line) {
            lines.add(line);
        }
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static void load(ConfigurableApplicationContext context) {
        try {
            for (String yaml : blocks("yaml")) {
                new YamlPropertySourceLoader()
                        .load(yaml, new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                        .forEach(context.getEnvironment().getPropertySources()::addLast);
            }
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void showsCodeThatIsHere() throws IOException {
        assertThat(blocks("java")).hasSize(2);
        for (String block : blocks("java")) {
            assertThat(lines(Files.readString(SOURCE))).containsSequence(lines(block));
        }
    }

    @Test
    void showsASenderAndAWorker() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        ZmtpAutoConfiguration.class,
                        ZmtpCodecAutoConfiguration.class,
                        ZmtpListenerAutoConfiguration.class,
                        ZmtpTemplateAutoConfiguration.class))
                .withInitializer(WorkPageTests::load)
                .withPropertyValues( // instead of the host's ports
                        "zmtp.sockets.jobs.bind=inproc://page-jobs",
                        "zmtp.sockets.work.connect=inproc://page-jobs",
                        "zmtp.sockets.failed-jobs.bind=inproc://page-failed-jobs")
                .withUserConfiguration(Worker.class, Pictures.class)
                .run(context -> {
                    Pictures pictures = context.getBean(Pictures.class);
                    pictures.submit(new Picture("tea", 7)).block(TIMEOUT);
                    assertThat(context.getBean(Worker.class).resized).containsExactly("tea");
                    assertThat(pictures.lines).containsExactly("at a worker");
                    StepVerifier.create(pictures.submit(new Picture("none", 0)))
                            .expectError(ZmtpNackException.class)
                            .verify(TIMEOUT);
                    PullSocket failed = PullSocket.create();
                    failed.connectNow("inproc://page-failed-jobs");
                    assertThat(failed.receive().map(Message::text).blockFirst(TIMEOUT))
                            .contains("none");
                    failed.dispose();
                });
    }
}
