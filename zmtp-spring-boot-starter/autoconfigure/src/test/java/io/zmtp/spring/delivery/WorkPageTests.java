package io.zmtp.spring.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.spring.DocPage;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What docs/work-spring.md shows runs. */
class WorkPageTests {

    private static final DocPage PAGE = new DocPage("work-spring.md", WorkPageTests.class);
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
            return delivery.written().doOnSuccess(sent -> log("on its way")).then(delivery.done());
        }

        private void log(String line) {
            lines.add(line);
        }
    }

    @Test
    void showsCodeThatIsHere() {
        PAGE.showsCodeOfTheTest(2);
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
                .withInitializer(PAGE::load)
                .withPropertyValues( // instead of the host's ports
                        "zmtp.sockets.jobs.bind=inproc://page-jobs",
                        "zmtp.sockets.work.connect=inproc://page-jobs",
                        "zmtp.sockets.failed-jobs.bind=inproc://page-failed-jobs")
                .withUserConfiguration(Worker.class, Pictures.class)
                .run(context -> {
                    Pictures pictures = context.getBean(Pictures.class);
                    pictures.submit(new Picture("tea", 7)).block(TIMEOUT);
                    assertThat(context.getBean(Worker.class).resized).containsExactly("tea");
                    assertThat(pictures.lines).containsExactly("on its way");
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
