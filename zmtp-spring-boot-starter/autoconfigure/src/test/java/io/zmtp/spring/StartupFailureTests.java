package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import io.zmtp.spring.listener.ZmtpListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/** What is configured wrong keeps the application from starting, and the report says what to change. */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailureTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private static void fails(Class<?> type, String... arguments) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class, type)
                        .web(WebApplicationType.NONE)
                        .run(arguments)
                        .close())
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--zmtp.sockets.a.bind=tcp://*:5555                    | zmtp.sockets.a.type is missing      | Set it to the pattern",
                "--zmtp.sockets.a.type=pusk                            | zmtp.sockets.a.type                 | ROUTER",
                "--zmtp.sockets.a.type=push --zmtp.sockets.a.subscribe=x | zmtp.sockets.a.subscribe is set     | SUB",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.mandatory=true | zmtp.sockets.a.mandatory is set  | ROUTER",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.immediate=true | zmtp.sockets.a.immediate is set  | PAIR, DEALER, PUSH",
                "--zmtp.sockets.a.type=req --zmtp.sockets.a.on-full=wait | zmtp.sockets.a.on-full is set     | PAIR, PUB, SUB, REP",
                "--zmtp.sockets.a.type=pub --zmtp.sockets.a.no-drop=true --zmtp.sockets.a.on-full=latest"
                        + " | but both are set, and on-full is LATEST | under zmtp.sockets.a",
                "--zmtp.sockets.a.type=pub --zmtp.defaults.no-drop=true --zmtp.sockets.a.on-full=latest"
                        + " | but both are set, and on-full is LATEST | zmtp.defaults",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.bind=5555 | zmtp.sockets.a.bind                 | tcp://host:port",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.connect=tcp://x:99999 | zmtp.sockets.a.connect  | tcp://host:port",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.bind=tls+tcp://localhost:* | zmtp.sockets.a.bind | ssl.bundle",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.ssl.bundle=none | 'none'                        | spring.ssl.bundle",
                "--zmtp.sockets.a.type=push --zmtp.sockets.a.send-hwm=0 | zmtp.sockets.a.send-hwm: expected at least 1, but it is 0 | under zmtp.sockets.a",
                "--zmtp.sockets.a.type=pull                            | zmtp.sockets.a has neither bind nor connect | zmtp.sockets.a.connect: []",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.bind=tcp://192.0.2.1:5555 | cannot bind tcp://192.0.2.1:5555 | Bind * for all addresses",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.bind=ipc:///nowhere/at/all | cannot bind ipc:///nowhere/at/all | Make the directory /nowhere/at,",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.send-hmw=1 | did you mean zmtp.sockets.a.send-hwm? | Correct the key",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.receive-hwm=1 | did you mean zmtp.sockets.a.recv-hwm? | Correct the key",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.recvHvm=1 | did you mean zmtp.sockets.a.recv-hwm? | Correct the key",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.server-key=x | did you mean zmtp.sockets.a.security.server-key? | Correct the key",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.reconnect.maximum=1s | did you mean zmtp.sockets.a.reconnect.max? | Correct the key",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.recv-hwm= | zmtp.sockets.a.recv-hwm has no value: give it one, or leave it out | Correct the key",
                "--zmtp.socket.a.type=pull                             | did you mean zmtp.sockets.a.type?   | Correct the key",
                "--zmtp.defaults.lingre=1s                             | did you mean zmtp.defaults.linger?  | Correct the key",
                "--zmtp.listner.concurrency=2                          | did you mean zmtp.listener.concurrency? | Correct the key",
                "--zmtp.curve.bundle.feed.server-key=x                 | did you mean zmtp.curve.bundles.feed.server-key? | Correct the key",
                "--zmtp.xylophone=1                                    | zmtp.xylophone is no key of the starter. | Correct the key",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.security.secret-key=x --zmtp.sockets.a.security.mechanism=curve"
                        + " | zmtp.sockets.a.security.secret-key is no key | hex:",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.security.mechanism=curve"
                        + " --zmtp.sockets.a.security.secret-key-location=file:/nowhere | cannot be read from file:/nowhere"
                        + " | secret-key-location",
                "--zmtp.sockets.a.type=sub --zmtp.sockets.a.connect=tcp://x:1 --zmtp.sockets.a.security.mechanism=curve"
                        + " | zmtp.sockets.a.security.server-key is missing | Set zmtp.sockets.a.security.server-key",
                "--zmtp.sockets.a.type=pub --zmtp.sockets.a.bind=tcp://*:* --zmtp.sockets.a.security.mechanism=curve"
                        + " | zmtp.sockets.a.security.secret-key is missing | Set zmtp.sockets.a.security.secret-key",
                "--zmtp.sockets.a.type=sub --zmtp.sockets.a.connect=tcp://x:1 --zmtp.sockets.a.security.mechanism=curve"
                        + " --zmtp.sockets.a.security.server-key=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa~"
                        + " | server-key is no key: character 40 is none of Z85 | 40 characters of Z85",
                "--zmtp.sockets.a.type=sub --zmtp.sockets.a.connect=tcp://x:1 --zmtp.sockets.a.security.mechanism=curve"
                        + " --zmtp.sockets.a.security.server-key=########################################"
                        + " | server-key is no key: its 40 characters of Z85 stand for no octets | 40 characters of Z85",
                "--zmtp.sockets.a.type=sub --zmtp.sockets.a.connect=tcp://x:1 --zmtp.sockets.a.security.mechanism=curve"
                        + " --zmtp.sockets.a.security.server-key=hex:7f"
                        + " | behind hex: there are 2 characters, but 64 hexadecimal digits were expected | hex:",
                "--zmtp.sockets.a.type=sub --zmtp.sockets.a.connect=tcp://x:1 --zmtp.sockets.a.security.mechanism=curve"
                        + " --zmtp.sockets.a.security.server-key=hex:000000000000000000000000000000000000000000000000000000000000000g"
                        + " | character 64 behind hex: is no hexadecimal digit | hex:",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.security.mechanism=plain"
                        + " | zmtp.sockets.a.security.username is missing | Set zmtp.sockets.a.security.username",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.proxy.port=1080 | zmtp.sockets.a.proxy.port is set | set zmtp.sockets.a.proxy.host",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.proxy.host=x --zmtp.sockets.a.proxy.password=p"
                        + " | zmtp.sockets.a.proxy.password is set | set zmtp.sockets.a.proxy.username",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.connect=tcp://x:1 --zmtp.sockets.a.max-connections=5"
                        + " | zmtp.sockets.a.max-connections is set, but it has no effect on this socket of type PULL:"
                        + " it needs a bound endpoint of tcp, tls+tcp, ipc. | SocketOptionsCustomizer",
                "--zmtp.transport.worker-threads=2 --zmtp.transport.share-reactor-resources=true"
                        + " | zmtp.transport.share-reactor-resources is true | Remove one of the two keys",
                "--zmtp.transport.type=nio --zmtp.transport.share-reactor-resources=true"
                        + " | zmtp.transport.share-reactor-resources is true | Remove one of the two keys",
                "--zmtp.sockets.a.type=pull --zmtp.sockets.a.security.users.ann=x"
                        + " | zmtp.sockets.a.security.users has no effect | Set zmtp.sockets.a.security.mechanism to plain",
                "--zmtp.sockets.a.type=pull --zmtp.transport.type=carrier-pigeon | zmtp.transport.type       | EPOLL",
                "--zmtp.sockets.mine.type=pull                         | another one of that name            | Rename one of them",
                "--zmtp.sockets.mine.type=pub --zmtp.sockets.mine.bind=inproc://mine --zmtp.sockets.mine.replay.bind=inproc://r"
                        + " | another one of that name | Rename one of them",
                "--zmtp.sockets.mine.type=sub --zmtp.sockets.mine.connect=inproc://mine --zmtp.sockets.mine.replay.connect=inproc://r"
                        + " | another one of that name | Rename one of them",
                "--zmtp.sockets.a.type=pub --zmtp.sockets.a.bind=inproc://a --zmtp.sockets.a.replay.messages=5"
                        + " --zmtp.sockets.a.delivery=5 | expected one of [none, taken-over, once, done], but it is '5' | configuration",
            })
    void saysWhatToChange(String arguments, String description, String action, CapturedOutput output) {
        fails(Mine.class, arguments.split(" "));
        String report = output.toString();
        assertThat(report).contains("APPLICATION FAILED TO START");
        int middle = report.indexOf("Action:");
        assertThat(report.substring(report.indexOf("Description:"), middle)).contains(description);
        assertThat(report.substring(middle)).contains(action);
    }

    static class Mine {
        @Bean
        String mine() {
            return "mine";
        }
    }

    @Test
    void saysThatAPortIsInUse(CapturedOutput output) {
        PullSocket other = PullSocket.create();
        try {
            Endpoint taken = other.bindNow("tcp://127.0.0.1:*");
            fails(Mine.class, "--zmtp.sockets.a.type=pull", "--zmtp.sockets.a.bind=" + taken);
            assertThat(output)
                    .contains("zmtp.sockets.a.bind: cannot bind " + taken, "ss -ltnp")
                    .doesNotContain(taken + ": " + taken);
        } finally {
            other.dispose();
        }
    }

    static class Unknown {
        @ZmtpListener("nowhere")
        void on(String text) {}
    }

    @Test
    void saysWhichSocketsThereAre(CapturedOutput output) {
        fails(Unknown.class, "--zmtp.sockets.here.type=pull");
        assertThat(output)
                .contains("no ZMTP socket named 'nowhere'; there are [here]", "Declare it under zmtp.sockets.nowhere");
    }

    static class Deaf {
        @ZmtpListener("out")
        void on(String text) {}
    }

    @Test
    void saysThatASocketDoesNotReceive(CapturedOutput output) {
        fails(Deaf.class, "--zmtp.sockets.out.type=push");
        assertThat(output).contains("PUSH, which does not receive", "zmtp.sockets.out.type");
    }

    static class Many {
        @ZmtpListener(socket = "in", concurrency = "many")
        void on(String text) {}
    }

    @Test
    void saysThatAConcurrencyIsNoNumber(CapturedOutput output) {
        fails(Many.class, "--zmtp.sockets.in.type=pull");
        assertThat(output).contains("the concurrency is 'many'", "a number above zero");
    }

    interface Streaming {
        @ZmtpExchange("all")
        Flux<String> all();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = Streaming.class)
    static class Asking {
        @Bean
        Object needs(Streaming streaming) {
            return streaming;
        }
    }

    @Test
    void saysThatAStreamNeedsADealer(CapturedOutput output) {
        fails(Asking.class, "--zmtp.sockets.ask.type=req");
        assertThat(output).contains("the socket 'ask' is no DEALER", "through a DEALER socket also a Flux");
    }
}
