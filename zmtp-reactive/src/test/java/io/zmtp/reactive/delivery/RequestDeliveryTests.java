package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.leave;
import static io.zmtp.reactive.delivery.Scripts.named;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Digest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Requests: the reply is the acknowledgement. */
class RequestDeliveryTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private ReqSocket req(DeliveryOptions delivery) {
        return scripts.add(ReqSocket.create(named("req", delivery)));
    }

    private ScriptedPeer rep(Endpoint endpoint, int level, String name) {
        return scripts.connect(endpoint, ready(SocketType.REP, level, name));
    }

    private static void reply(ScriptedPeer rep, Message request, String body) {
        rep.send(Message.of(request.parts().subList(0, request.size() - 1)).append(Bytes.utf8(body)))
                .block(TIMEOUT);
    }

    private Mono<String> ask(ReqSocket req) {
        Mono<String> answer = req.request("q").map(Message::text).cache();
        scripts.add(answer.onErrorComplete().subscribe());
        return answer;
    }

    private static void answers(Mono<String> answer, String expected) {
        StepVerifier.create(answer).expectNext(expected).expectComplete().verify(TIMEOUT);
    }

    @Test
    void theNextPeerIsAskedWhenOneGoesThatHasNotReplied() {
        ReqSocket req = req(DeliveryOptions.takenOver());
        Endpoint endpoint = req.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = rep(endpoint, 1, "a");
        Mono<String> answer = ask(req);
        assertThat(first.readMessage().block(TIMEOUT).text()).isEqualTo("q");
        ScriptedPeer second = rep(endpoint, 1, "b");
        first.dispose();
        Message request = second.readMessage().block(TIMEOUT);
        assertThat(request.text()).isEqualTo("q");
        reply(second, request, "b");

        answers(answer, "b");
    }

    @Test
    void onlyTheSamePeerIsAskedAgain() {
        ReqSocket req = req(DeliveryOptions.once());
        Endpoint endpoint = req.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = rep(endpoint, 2, "a");
        Mono<String> answer = ask(req);
        first.readMessage().block(TIMEOUT);
        leave(first, req);
        ScriptedPeer other = rep(endpoint, 2, "b");
        Mono<String> next = ask(req);
        reply(other, other.readMessage().block(TIMEOUT), "b");
        answers(next, "b");
        ScriptedPeer again = rep(endpoint, 2, "a");
        reply(again, again.readMessage().block(TIMEOUT), "a");

        answers(answer, "a");
    }

    @Test
    void aPeerThatDoesNotComeBackFailsTheRequest() {
        ReqSocket req = req(DeliveryOptions.once().deadLetterAfter(Duration.ofMillis(20)));
        Endpoint endpoint = req.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = rep(endpoint, 2, "a");
        Mono<String> answer = ask(req);
        first.readMessage().block(TIMEOUT);
        first.dispose();

        StepVerifier.create(answer).expectError(ZmtpDeliveryException.class).verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerThatFailsFailsTheRequest(boolean isLate) {
        ReqSocket req = req(DeliveryOptions.done());
        RepSocket rep = scripts.add(RepSocket.create(named("rep", DeliveryOptions.done())));
        req.connectNow(rep.bindNow("tcp://127.0.0.1:*"));
        Publisher<Message> failing = Mono.error(new IllegalArgumentException("no such thing"));
        scripts.add(
                rep.serve(message -> isLate ? Mono.delay(Duration.ofMillis(1)).thenMany(failing) : failing)
                        .subscribe());

        StepVerifier.create(req.request("q"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ZmtpNackException.class, nack -> {
                            assertThat(nack.code()).isEqualTo(ZmtpNackException.BAD_INPUT);
                            assertThat(nack.text()).isEqualTo("no such thing");
                        }))
                .verify(TIMEOUT);
        assertThat(req.drops()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerWithoutAReplyFailsTheRequest(boolean isLate) {
        ReqSocket req = req(DeliveryOptions.done());
        RepSocket rep = scripts.add(RepSocket.create(named("rep", DeliveryOptions.done())));
        req.connectNow(rep.bindNow("tcp://127.0.0.1:*"));
        scripts.add(
                rep.serve(message -> isLate ? Mono.delay(Duration.ofMillis(1)).then(Mono.empty()) : Mono.empty())
                        .subscribe());

        StepVerifier.create(req.request("q"))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("the handler made no reply"))
                .verify(TIMEOUT);
    }

    @Test
    void theNextRequestIsAskedAfterOneThatFailed() {
        ReqSocket req = req(DeliveryOptions.done());
        Endpoint endpoint = req.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer rep = rep(endpoint, 3, "a");
        Mono<String> failing = ask(req);
        Mono<String> next = ask(req);
        Message request = rep.readMessage().block(TIMEOUT);
        rep.write(Acknowledgement.nack(new Digest().of(request), 0x05, "no")).block(TIMEOUT);
        StepVerifier.create(failing).expectError(ZmtpNackException.class).verify(TIMEOUT);
        reply(rep, rep.readMessage().block(TIMEOUT), "yes");

        answers(next, "yes");
    }

    @Test
    void aRefusalOfWhatWasNeverAskedIsCounted() {
        ReqSocket req = req(DeliveryOptions.done());
        ScriptedPeer rep = rep(req.bindNow("tcp://127.0.0.1:*"), 3, "a");
        rep.write(Acknowledgement.nack(1, 0x05, "no"))
                .then(rep.write(Scripts.frame(Acknowledgement.Kind.ACK, "x")))
                .block(TIMEOUT);

        awaitUntil(() -> assertThat(req.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, 2L)));
    }
}
