package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.socket.PullSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@Timeout(60)
class UpgradesTests {

    @Test
    void aHeaderFieldSaysWhoAsks() {
        PullSocket pull = PullSocket.create(all -> all.server(server -> server.upgrade(request -> Mono.just(
                request.header("Authorization").filter("Bearer a:b"::equals).isPresent()
                        ? Verdict.accept("known")
                        : Verdict.refuse(401, "unknown")))));
        try {
            String endpoint = pull.bindNow("ws://127.0.0.1:*/work").toString();
            Tool.run("a\n", "push", "--connect", endpoint, "--header", "Authorization: Bearer a:b")
                    .endsWith(0);
            assertThat(pull.receive().blockFirst().text()).isEqualTo("a");
            Tool refused = Tool.run("a\n", "push", "--connect", endpoint).endsWith(1);
            assertThat(refused.errors()).contains("401");
        } finally {
            pull.close().block();
        }
    }

    @Test
    void aPageIsLetInByItsOrigin() {
        try (Tool pull = Tool.start(
                "pull", "--verbose", "--bind", "ws://127.0.0.1:*/work", "--allow-origin", "https://example.com")) {
            String endpoint = pull.endpoint();
            Tool.run("a\n", "push", "--connect", endpoint, "--header", "Origin: https://example.com")
                    .endsWith(0);
            assertThat(pull.line()).isEqualTo("a");
            assertThat(Tool.run("a\n", "push", "--connect", endpoint, "--header", "Origin: https://evil")
                            .endsWith(1)
                            .errors())
                    .contains("403");
        }
    }
}
