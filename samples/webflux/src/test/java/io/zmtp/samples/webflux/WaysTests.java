package io.zmtp.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.PubSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The two ways of the ticks into a tab: server-sent events, and a SUB of jszmq in the browser. */
@DisabledIf(
        value = "hasNoBrowserOrNoJszmq",
        disabledReason = "needs /usr/bin/chromium and /usr/bin/chromedriver: apt-get install chromium chromium-driver; "
                + "and static/jszmq.js, for which the build needs the npm registry once")
class WaysTests extends InBrowser {

    @Autowired
    @Qualifier("feed")
    PubSocket feed;

    static boolean hasNoBrowserOrNoJszmq() {
        boolean isBuilt = WaysTests.class.getResource("/static/jszmq.js") != null;
        return hasNoBrowser() || System.getenv("CI") == null && !isBuilt;
    }

    @Override
    ChromeOptions options(Path profile) {
        ChromeOptions options = super.options(profile);
        options.setCapability("goog:loggingPrefs", Map.of("performance", "ALL"));
        return options;
    }

    @AfterEach
    void restore(@Autowired Desk desk, @Autowired Market market) {
        desk.slow(false);
        market.revive().block(TIMEOUT);
        browser.executeScript("sessionStorage.clear()");
    }

    @Test
    void takesTheTicksByBothWaysAtOnce() {
        for (String way : List.of("events", "zeromq")) {
            awaitText(way + "-state", "open"::equals);
            awaitNumber(way + "-rate", rate -> rate > 300);
            awaitText(way + "-lag", lag -> lag.matches("[0-9.]+ m?s"));
            awaitNumber(way + "-octets", octets -> octets > 60 && octets < 200);
        }
        awaitText("peers", peers -> peers.contains("/zmtp/ticks"));
    }

    @Test
    void aSubInTheBrowserSpeaksZwsAtTheApplicationsPortAndNothingComesFromAnotherHost() {
        awaitNumber("zeromq-rate", rate -> rate > 0);
        awaitNumber("events-rate", rate -> rate > 0);
        List<JsonNode> log = log();
        assertThat(log)
                .filteredOn(event -> is(event, "Network.webSocketCreated"))
                .extracting(event -> event.at("/params/url").asString())
                .contains("ws://localhost:" + port + "/zmtp/ticks");
        assertThat(log)
                .filteredOn(event -> is(event, "Network.webSocketHandshakeResponseReceived"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(
                                event.at("/params/response/headers").properties())
                        .anySatisfy(header -> {
                            assertThat(header.getKey()).isEqualToIgnoringCase("Sec-WebSocket-Protocol");
                            assertThat(header.getValue().asString()).isEqualTo("ZWS2.0");
                        }));
        assertThat(log)
                .filteredOn(event -> is(event, "Network.webSocketFrameReceived"))
                .hasSizeGreaterThan(100)
                .allSatisfy(event ->
                        assertThat(event.at("/params/response/opcode").asInt()).isEqualTo(2));
        assertThat(log)
                .filteredOn(event -> is(event, "Network.requestWillBeSent"))
                .extracting(event -> event.at("/params/request/url").asString())
                .contains("http://localhost:" + port + "/jszmq.js")
                .extracting(URI::create)
                .filteredOn(address -> !address.getScheme().equals("data"))
                .allSatisfy(address -> assertThat(address.getAuthority()).isEqualTo("localhost:" + port));
    }

    @Test
    void theSwitchEndsTheOtherWayAndIsRememberedOverAReload() {
        awaitNumber("zeromq-rate", rate -> rate > 0);
        choose("events");
        awaitText("zeromq-state", "off"::equals);
        awaitText("events-state", "open"::equals);
        awaitNumber("zeromq-rate", rate -> rate == 0);
        awaitBrowsers(0);
        open();
        awaitText("events-state", "open"::equals);
        awaitText("zeromq-state", "off"::equals);
        // by the keyboard
        browser.findElement(By.cssSelector("[value=events]")).sendKeys(Keys.ARROW_DOWN);
        awaitText("events-state", "off"::equals);
        awaitNumber("zeromq-rate", rate -> rate > 0);
        awaitBrowsers(1);
    }

    @Test
    void onlyServerSentEventsWaitForASlowDesk(@Autowired Desk desk) {
        awaitNumber("events-rate", rate -> rate > 300);
        desk.slow(true);
        awaitNumber("events-rate", rate -> rate < 200);
        awaitNumber("zeromq-rate", rate -> rate > 300);
    }

    @Test
    void aTabThatIsFrozenMissesTicksWhichAreCounted() {
        choose("zeromq");
        awaitNumber("zeromq-rate", rate -> rate > 300);
        long before = feed.drops().getOrDefault(DropReason.QUEUE_FULL, 0L);
        press("freeze");
        awaitText("zeromq-missed", missed -> missed.contains(" in "));
        awaitText("zeromq-state", "open"::equals);
        String missed = browser.findElement(By.id("zeromq-missed")).getText();
        assertThat(parse(missed.split(" ", 2)[0])).isBetween(1L, feed.drops().get(DropReason.QUEUE_FULL) - before);
    }

    @Test
    void aHiddenTabGivesItsConnectionForEventsBackAndStaysASubscriber() {
        awaitText("events-state", "open"::equals);
        awaitBrowsers(1);
        String first = browser.getWindowHandle();
        browser.switchTo().newWindow(WindowType.TAB);
        try {
            open();
            awaitBrowsers(2);
            assertThat(log())
                    .filteredOn(event -> is(event, "Network.loadingFailed"))
                    .anySatisfy(event ->
                            assertThat(event.at("/params/canceled").asBoolean()).isTrue());
        } finally {
            browser.close();
            browser.switchTo().window(first);
        }
        awaitText("events-state", "open"::equals);
    }

    @Test
    void bothWaysComeBackWhenTheServerIsRestarted() {
        int at;
        try (ConfigurableApplicationContext first = application(0)) {
            at = Integer.parseInt(first.getEnvironment().getRequiredProperty("local.server.port"));
            browser.get("http://localhost:" + at + "/");
            awaitNumber("events-rate", rate -> rate > 0);
            awaitNumber("zeromq-rate", rate -> rate > 0);
        }
        awaitText("events-state", "connecting"::equals);
        awaitText("zeromq-state", state -> !state.equals("open"));
        try (ConfigurableApplicationContext second = application(at)) {
            assertThat(second.isActive()).isTrue();
            for (String way : List.of("events", "zeromq")) {
                awaitText(way + "-state", "open"::equals);
                awaitNumber(way + "-rate", rate -> rate > 0);
                awaitNumber(way + "-reconnects", reconnects -> reconnects > 0);
            }
            awaitText("live", "live"::equals);
        }
    }

    private static ConfigurableApplicationContext application(int port) {
        return new SpringApplicationBuilder(Ticker.class)
                .initializers(
                        new FreePorts(),
                        context -> TestPropertyValues.of("server.port=" + port).applyTo(context))
                .run();
    }

    private void choose(String way) {
        browser.findElement(By.cssSelector("[value=" + way + "]")).click();
    }

    /** Waits until so many browsers are peers of the market. */
    private void awaitBrowsers(int expected) {
        new WebDriverWait(browser, TIMEOUT, POLL)
                .withMessage(() -> "peers: " + feed.peers())
                .until(driver -> feed.peers().stream()
                                .filter(peer -> peer.endpoint().scheme().isWebSocket())
                                .count()
                        == expected);
    }

    /** What Chromium says of the network since it was asked before. */
    private List<JsonNode> log() {
        JsonMapper json = new JsonMapper();
        return browser.manage().logs().get("performance").getAll().stream()
                .map(entry -> json.readTree(entry.getMessage()).get("message"))
                .toList();
    }

    private static boolean is(JsonNode event, String method) {
        return event.get("method").asString().equals(method);
    }
}
