package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Handlers that are there and not, right and wrong: only one answer lets anybody in. */
class ZapAuthenticatorTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LinkedBlockingQueue<Message> requests = new LinkedBlockingQueue<>();

    private ZapAuthenticator asking(Duration timeout) {
        return sockets.add(ZapAuthenticator.of("tests", timeout));
    }

    /** A REP handler. */
    private RepSocket handler(UnaryOperator<Message> answers) {
        RepSocket rep = sockets.add(RepSocket.create());
        rep.bindNow(ZapAuthenticator.ENDPOINT);
        sockets.add(rep.serve(request -> Mono.just(answers.apply(request))).subscribe());
        return rep;
    }

    /** A ROUTER handler, which keeps its requests, and answers what the test has it send. */
    private RouterSocket router() {
        RouterSocket router = sockets.add(RouterSocket.create(options -> options.sendHwm(10_000)));
        router.bindNow(ZapAuthenticator.ENDPOINT);
        sockets.add(router.receive().subscribe(requests::add));
        return router;
    }

    private Message request() throws InterruptedException {
        Message request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    /** Of a request, or its envelope, as a ROUTER sees it. */
    private static Bytes idOf(Message request) {
        return request.part(3);
    }

    private static Message reply(Message request, Bytes id, String status) {
        return Message.of(
                request.first(),
                Bytes.EMPTY,
                Bytes.utf8("1.0"),
                id,
                Bytes.utf8(status),
                Bytes.utf8("text"),
                Bytes.utf8("user " + request.last().utf8()),
                Bytes.EMPTY);
    }

    private static Message accept(Message request) {
        return reply(request, idOf(request), "200");
    }

    private static Credentials plain(String password) {
        return ZapTests.credentials("PLAIN", null, "admin", Bytes.utf8(password));
    }

    private static Verdict.Refuse refusal(ZapAuthenticator zap) {
        return (Verdict.Refuse) zap.authenticate(plain("x")).block(TIMEOUT);
    }

    private static void assertRefused(CompletableFuture<Verdict> verdict, int code, String text) {
        assertThat(verdict).succeedsWithin(TIMEOUT).isInstanceOfSatisfying(Verdict.Refuse.class, refuse -> {
            assertThat(refuse.code()).isEqualTo(code);
            assertThat(refuse.text()).contains(text);
        });
    }

    @Test
    void asksARepHandler() {
        handler(request -> {
            requests.add(request);
            return Message.of("1.0", request.part(1).utf8(), "200", "OK", "joe", "");
        });
        Verdict verdict = asking(TIMEOUT).authenticate(plain("secret")).block(TIMEOUT);
        assertThat(verdict).isEqualTo(Verdict.accept("joe"));
        assertThat(requests.remove())
                .isEqualTo(Message.of("1.0", "1", "tests", "192.0.2.7", "peer", "PLAIN", "admin", "secret"));
    }

    @Test
    void asksNobodyBeforeItIsSubscribedTo() {
        router();
        asking(TIMEOUT).authenticate(plain("x"));
        assertThat(requests).isEmpty();
    }

    @Test
    void matchesManyAtATimeByTheirIds() throws InterruptedException {
        RouterSocket router = router();
        ZapAuthenticator zap = asking(TIMEOUT);
        List<CompletableFuture<Verdict>> verdicts = IntStream.range(0, ZapAuthenticator.MAX_REQUESTS)
                .mapToObj(i -> zap.authenticate(plain(i + "")).toFuture())
                .toList();
        List<Message> came = new ArrayList<>();
        for (int i = 0; i < ZapAuthenticator.MAX_REQUESTS; i++) {
            came.add(request());
        }
        Collections.shuffle(came);
        router.send(Flux.fromIterable(came).map(ZapAuthenticatorTests::accept)).block(TIMEOUT);
        for (int i = 0; i < ZapAuthenticator.MAX_REQUESTS; i++) {
            assertThat(verdicts.get(i)).succeedsWithin(TIMEOUT).isEqualTo(Verdict.accept("user " + i));
        }
    }

    @Test
    void refusesWhileNobodyIsThere() {
        assertThat(refusal(asking(TIMEOUT)).code()).isEqualTo(300);
    }

    @Test
    void refusesWhileTheOneWhoIsThereIsNoHandler() {
        sockets.add(PullSocket.create()).bindNow(ZapAuthenticator.ENDPOINT);
        assertThat(refusal(asking(TIMEOUT)).code()).isEqualTo(300);
    }

    @Test
    void findsAHandlerThatComesLaterAndAnotherAfterIt() {
        ZapAuthenticator zap = asking(TIMEOUT);
        assertThat(refusal(zap).code()).isEqualTo(300);
        for (String name : new String[] {"first", "second"}) {
            RepSocket rep = handler(request -> Message.of("1.0", request.part(1).utf8(), "200", "", name, ""));
            assertThat(zap.authenticate(plain("x")).block(TIMEOUT)).isEqualTo(Verdict.accept(name));
            rep.close().block(TIMEOUT);
        }
        assertThat(refusal(zap).code()).isEqualTo(300);
    }

    @Test
    void refusesAtTheTimeLimitWhenTheHandlerDoesNotAnswer() {
        router();
        ZapAuthenticator zap = asking(QUIET);
        assertRefused(zap.authenticate(plain("x")).toFuture(), 300, "within " + QUIET);
    }

    @Test
    void takesNoAnswerAfterTheTimeLimit() throws InterruptedException {
        RouterSocket router = router();
        Duration limit = Duration.ofMinutes(1);
        ZapAuthenticator zap = asking(limit);
        StepVerifier.withVirtualTime(() -> zap.authenticate(plain("x")))
                .thenAwait(limit)
                .assertNext(verdict -> assertThat(verdict).isInstanceOf(Verdict.Refuse.class))
                .expectComplete()
                .verify(TIMEOUT);
        router.send(accept(request())).block(TIMEOUT);
        CompletableFuture<Verdict> next = zap.authenticate(plain("next")).toFuture();
        router.send(accept(request())).block(TIMEOUT);
        assertThat(next).succeedsWithin(TIMEOUT).isEqualTo(Verdict.accept("user next"));
    }

    @Test
    void refusesAtOnceWhenTheHandlerGoes() throws InterruptedException {
        RouterSocket router = router();
        CompletableFuture<Verdict> verdict =
                asking(Duration.ofMinutes(1)).authenticate(plain("x")).toFuture();
        request();
        router.close().block(TIMEOUT);
        assertRefused(verdict, 300, "the handler has gone");
    }

    /** What a ROUTER handler may send instead of a reply, by its request. */
    static final List<UnaryOperator<Message>> NO_REPLIES = List.of(
            request -> reply(request, Bytes.utf8("999"), "200"),
            request -> reply(request, Bytes.EMPTY, "200"),
            request -> reply(request, idOf(request).slice(0, 0), "200"),
            request -> Message.of(request.first(), Bytes.EMPTY),
            request -> Message.of(request.first(), Bytes.EMPTY, Bytes.utf8("1.0")),
            request -> Message.of(accept(request).skip(2).parts()).prepend(request.first()),
            request -> Message.of(request.first(), Bytes.utf8("200")));

    @ParameterizedTest
    @FieldSource("NO_REPLIES")
    void ignoresWhatAnswersNoRequest(UnaryOperator<Message> wrong) throws InterruptedException {
        RouterSocket router = router();
        ZapAuthenticator zap = asking(TIMEOUT);
        CompletableFuture<Verdict> verdict = zap.authenticate(plain("x")).toFuture();
        Message request = request();
        router.send(wrong.apply(request)).block(TIMEOUT);
        assertThat(verdict).isNotDone();
        router.send(reply(request, idOf(request), "400")).block(TIMEOUT);
        assertRefused(verdict, 400, "text");
    }

    @Test
    void refusesOnAWrongReplyAndAsksOn() {
        List<String> versions = new ArrayList<>(List.of("2.0", "1.0"));
        handler(request -> Message.of(versions.remove(0), request.part(1).utf8(), "200", "OK", "joe", ""));
        ZapAuthenticator zap = asking(TIMEOUT);
        assertRefused(zap.authenticate(plain("x")).toFuture(), 500, "version 1.0");
        assertThat(zap.authenticate(plain("x")).block(TIMEOUT)).isEqualTo(Verdict.accept("joe"));
    }

    @Test
    void listensToTheFirstOfTwoAnswers() throws InterruptedException {
        RouterSocket router = router();
        ZapAuthenticator zap = asking(TIMEOUT);
        CompletableFuture<Verdict> refused = zap.authenticate(plain("1")).toFuture();
        CompletableFuture<Verdict> other = zap.authenticate(plain("2")).toFuture();
        Message request = request();
        router.send(Flux.just(reply(request, idOf(request), "400"), accept(request), accept(request)))
                .block(TIMEOUT);
        assertRefused(refused, 400, "text");
        assertThat(other).isNotDone();
    }

    @Test
    void hasABoundedNumberOfRequestsWithoutAnAnswer() throws InterruptedException {
        RouterSocket router = router();
        ZapAuthenticator zap = asking(TIMEOUT);
        List<CompletableFuture<Verdict>> verdicts = IntStream.range(0, ZapAuthenticator.MAX_REQUESTS)
                .mapToObj(i -> zap.authenticate(plain(i + "")).toFuture())
                .toList();
        assertThat(refusal(zap).text()).contains("1000 requests");
        router.send(accept(request())).block(TIMEOUT);
        assertThat(CompletableFuture.anyOf(verdicts.toArray(CompletableFuture<?>[]::new)))
                .succeedsWithin(TIMEOUT);
        CompletableFuture<Verdict> next = zap.authenticate(plain("next")).toFuture();
        assertThat(next).isNotDone();
    }

    /** A thousand peers, and a handler that says nothing, or goes: nobody gets in, no thread waits. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAThousandAtATimeAndKeepsNoThread(boolean goes) throws InterruptedException {
        RouterSocket router = router();
        ZapAuthenticator zap = asking(goes ? TIMEOUT : Duration.ofSeconds(2));
        zap.authenticate(plain("first")).subscribe().dispose();
        int before = Thread.activeCount();
        List<CompletableFuture<Verdict>> verdicts = IntStream.range(0, ZapAuthenticator.MAX_REQUESTS)
                .mapToObj(i -> zap.authenticate(plain(i + "")).toFuture())
                .toList();
        request();
        assertThat(Thread.activeCount()).isLessThan(before + 10);
        if (goes) {
            router.close().block(TIMEOUT);
        }
        for (CompletableFuture<Verdict> verdict : verdicts) {
            assertRefused(verdict, 300, "handler has");
        }
    }

    @Test
    void forgetsARequestThatNobodyWaitsForAnyMore() {
        router();
        ZapAuthenticator zap = asking(TIMEOUT);
        for (int i = 0; i < 2 * ZapAuthenticator.MAX_REQUESTS; i++) {
            zap.authenticate(plain("x")).subscribe().dispose();
        }
        CompletableFuture<Verdict> next = zap.authenticate(plain("x")).toFuture();
        assertThat(next).isNotDone();
    }

    /** One that does not read fills its queue; then peers are sent away at once. */
    @Test
    void refusesWhenTheHandlerDoesNotRead() {
        RouterSocket router = sockets.add(RouterSocket.create(options -> options.recvHwm(1)));
        router.bindNow(ZapAuthenticator.ENDPOINT);
        ZapAuthenticator zap = asking(TIMEOUT);
        for (int i = 0; i < 3 * ZapAuthenticator.MAX_REQUESTS; i++) {
            zap.authenticate(plain("x")).subscribe().dispose();
        }
        assertThat(refusal(zap).text()).contains("full");
    }

    @Test
    void refusesEverybodyOnceItIsDisposed() {
        router();
        ZapAuthenticator zap = asking(Duration.ofMinutes(1));
        CompletableFuture<Verdict> waiting = zap.authenticate(plain("x")).toFuture();
        zap.dispose();
        assertThat(zap.isDisposed()).isTrue();
        assertRefused(waiting, 300, "no longer asked");
        assertThat(refusal(zap).code()).isEqualTo(300);
        assertThat(InprocTable.knows("zeromq.zap.01")).isTrue(); // the handler's
    }

    @Test
    void leavesNothingBehind() {
        asking(TIMEOUT).dispose();
        assertThat(InprocTable.knows("zeromq.zap.01")).isFalse();
    }

    @Test
    void wantsATimeLimit() {
        assertThatIllegalArgumentException().isThrownBy(() -> ZapAuthenticator.of("", Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> ZapAuthenticator.of("", Duration.ofMillis(-1)));
    }

    @Test
    void needsNoTimeLimitOfItsOwn() {
        handler(request -> Message.of("1.0", request.part(1).utf8(), "200", "", "", ""));
        StepVerifier.create(sockets.add(ZapAuthenticator.of("")).authenticate(plain("x")))
                .expectNext(Verdict.accept())
                .expectComplete()
                .verify(TIMEOUT);
    }
}
