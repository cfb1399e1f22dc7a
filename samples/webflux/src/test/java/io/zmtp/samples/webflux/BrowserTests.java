package io.zmtp.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What somebody sees who opens the page and presses its buttons. */
@DisabledIf(
        value = "hasNoBrowser",
        disabledReason = "needs /usr/bin/chromium and /usr/bin/chromedriver: apt-get install chromium chromium-driver")
class BrowserTests extends InBrowser {

    @AfterEach
    void restore(@Autowired Desk desk, @Autowired Market market) {
        desk.slow(false);
        market.revive().block(TIMEOUT);
    }

    @Test
    void drawsChartsThatMove() {
        String rates = awaitPicture("rates", "");
        awaitPicture("rates", rates);
        awaitPicture("queue", "");
        assertThat(browser.findElements(By.className("price"))).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void anEventSourceOpensBeforeTheFirstTick() {
        Object opened = browser.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                const source = new EventSource('ticks?topic=NOTHING');
                const end = what => { source.close(); done(what); };
                source.onopen = () => end('open');
                source.onerror = () => end('error');""");
        assertThat(opened).isEqualTo("open");
    }

    @Test
    void countsTheTicksThatCome() {
        long before = number("total");
        awaitNumber("total", total -> total > before + 100);
        awaitNumber("taken", rate -> rate > 0);
    }

    @Test
    void showsThatASlowConsumerFillsTheQueue() {
        long before = number("dropped");
        press("slow");
        awaitText("desk-state", "slow"::equals);
        awaitNumber("queued", queued -> queued > 900);
        awaitNumber("dropped", dropped -> dropped > before);
        awaitNumber("taken", rate -> rate < 200);
        press("fast");
        awaitNumber("queued", queued -> queued < 100);
        awaitText("desk-state", "ready"::equals);
        awaitText("hint", hint -> hint.startsWith("The desk keeps up with the market."));
    }

    @Test
    void showsThatAKilledPeerIsDialledUntilItIsBack() {
        press("kill");
        awaitText("market-state", "gone"::equals);
        awaitText("desk-state", state -> state.startsWith("retrying in"));
        awaitText("log", log -> log.contains("Disconnected") && log.contains("Retrying"));
        awaitNumber("taken", rate -> rate == 0);
        press("revive");
        awaitText("market-state", "listening"::equals);
        awaitText("desk-state", "ready"::equals);
        awaitNumber("taken", rate -> rate > 0);
    }

    @Test
    void asksTheMarketForAPriceThatIsClicked() {
        new WebDriverWait(browser, TIMEOUT, POLL)
                .until(ExpectedConditions.elementToBeClickable(By.className("price")))
                .click();
        // in the tile itself
        WebElement answer = browser.findElement(By.cssSelector(".price em"));
        new WebDriverWait(browser, TIMEOUT, POLL)
                .until(driver -> answer.getText().matches("REP [0-9.,]+ in \\d+ ms"));
    }

    @Test
    void hasTheLastMinuteInItsChartsAfterAReload() {
        new WebDriverWait(browser, TIMEOUT, POLL).until(driver -> accented() > 200);
        long before = accented();
        open();
        new WebDriverWait(browser, Duration.ofSeconds(5), POLL)
                .withMessage(() -> "before " + before + ", now " + accented())
                .until(driver -> accented() >= before * 0.8);
    }

    @Test
    void hasThePricesOfTheLastTimeInItsSparklinesAfterAReload() {
        new WebDriverWait(browser, TIMEOUT, POLL).until(driver -> drawn() > 0.5);
        open();
        new WebDriverWait(browser, Duration.ofSeconds(5), POLL)
                .withMessage(() -> "now " + drawn())
                .until(driver -> drawn() > 0.5);
    }

    /** How much of the width of the first sparkline has a line. */
    private double drawn() {
        Object share = browser.executeScript("""
                const canvas = document.querySelector('.price canvas');
                if (!canvas || !canvas.width) {
                  return 0;
                }
                const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                const columns = new Set();
                for (let i = 3; i < data.length; i += 4) {
                  if (data[i]) {
                    columns.add((i - 3) / 4 % canvas.width);
                  }
                }
                return columns.size / canvas.width;""");
        return ((Number) share).doubleValue();
    }

    /** How many pixels of the chart of rates are in the colour of what was taken. */
    private long accented() {
        Object count = browser.executeScript("""
                const canvas = document.getElementById('rates');
                const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let count = 0;
                for (let i = 0; i < pixels.length; i += 4) {
                  count += pixels[i + 2] > pixels[i] + 90 && pixels[i + 3] > 200;
                }
                return count;""");
        return ((Number) count).longValue();
    }

    /** Of the connections that a browser opens to a host, all tabs share one. */
    @Test
    void isLiveInMoreTabsThanABrowserHasConnections() {
        String first = browser.getWindowHandle();
        try {
            for (int i = 0; i < 8; i++) {
                browser.switchTo().newWindow(WindowType.TAB);
                open();
            }
            browser.switchTo().window(first);
            long before = number("total");
            awaitNumber("total", total -> total > before);
        } finally {
            browser.getWindowHandles().stream()
                    .filter(tab -> !tab.equals(first))
                    .forEach(tab -> browser.switchTo().window(tab).close());
            browser.switchTo().window(first);
        }
    }

    @Test
    void saysThatWhatASlowDeskTakesIsOldAndItsMarketGone() {
        press("slow");
        awaitNumber("queued", queued -> queued > 900);
        press("kill");
        awaitText("desk-state", "reads the rest"::equals);
        awaitText("hint", hint -> hint.startsWith("The market is gone. The desk takes what was sent before"));
        assertThat(browser.findElement(By.id("lag")).getAttribute("class")).isEqualTo("old");
        awaitText("peers", peers -> peers.contains("gone, rest unread"));
        press("fast");
        awaitText("desk-state", state -> state.startsWith("retrying in"));
    }

    @Test
    void knowsNothingAnyMoreWhenTheApplicationIsGone() {
        try (ConfigurableApplicationContext other = new SpringApplicationBuilder(Ticker.class)
                .initializers(new FreePorts())
                .run()) {
            browser.get("http://localhost:" + other.getEnvironment().getProperty("local.server.port") + "/");
            awaitText("desk-state", "ready"::equals);
        }
        awaitText("live", "the application is gone"::equals);
        assertThat(browser.findElements(By.cssSelector(".badge:not(#live, .way .badge)")))
                .hasSizeGreaterThan(5)
                .allSatisfy(badge -> assertThat(badge.getText()).isEqualTo("unknown"))
                .allSatisfy(
                        badge -> assertThat(badge.getAttribute("class").strip()).isEqualTo("badge"));
    }

    /** Also kept to be looked at: target/page-390.png and its like. */
    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void fitsIntoTheWindow(int width) throws IOException {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        try {
            awaitNumber("taken", rate -> rate > 0);
            awaitText("peers", peers -> peers.contains("SUB 127.0.0.1:"));
            Object cut = browser.executeScript("""
                    const cut = [...document.querySelectorAll('html, .card, .way, .controls, .scroll, table, td, .price, .buttons')]
                        .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0);
                    return cut.map(each => `${each.tagName}.${each.className} ${each.scrollWidth} > ${each.clientWidth}`).join();""");
            assertThat(cut).isEqualTo("");
            Files.write(Path.of("target", "page-" + width + ".png"), wholePage(width));
        } finally {
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    private byte[] wholePage(int width) {
        Number height = (Number) browser.executeScript("return document.documentElement.scrollHeight;");
        Object picture = browser.executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of(
                                "captureBeyondViewport",
                                true,
                                "clip",
                                Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)))
                .get("data");
        return Base64.getDecoder().decode(picture.toString());
    }

    /** WCAG's contrast of all text that is shown, in each state of a badge; of disabled buttons nothing is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void textHasContrast(String scheme) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        try {
            awaitText("peers", peers -> peers.contains("SUB 127.0.0.1:"));
            awaitNumber("taken", rate -> rate > 0);
            Object low = browser.executeScript("""
                    const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
                        .getContext('2d', {willReadFrequently: true});
                    const over = colours => { // the last one on top
                      pen.clearRect(0, 0, 1, 1);
                      for (const colour of colours) {
                        pen.fillStyle = colour;
                        pen.fillRect(0, 0, 1, 1);
                      }
                      return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
                    };
                    const luminance = rgb => rgb.map(value => value / 255)
                        .map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
                        .reduce((sum, value, i) => sum + value * [.2126, .7152, .0722][i], 0);
                    const contrast = (one, other) => {
                      const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
                      return (high + .05) / (low + .05);
                    };
                    const samples = document.createElement('div');
                    samples.className = 'card';
                    for (const kind of ['good', 'wait', 'bad', '']) {
                      samples.innerHTML += `<span class="badge ${kind}">badge ${kind}</span>`;
                    }
                    for (const kind of ['good', 'wait', 'bad']) {
                      samples.innerHTML += `<ol class="log"><li><b class="${kind}">log ${kind}</b></li></ol>`;
                    }
                    for (const kind of ['', 'warn', 'bad']) {
                      samples.innerHTML += `<p class="hint ${kind}">hint ${kind}</p>`;
                    }
                    samples.innerHTML += '<button class="price"><span><span class="up">up</span><span class="down">down</span></span></button>';
                    document.body.append(samples);
                    const low = [];
                    for (const element of document.body.querySelectorAll('*')) {
                      const text = [...element.childNodes].filter(each => each.nodeType === 3 && each.data.trim()).map(each => each.data).join();
                      if (!text || element.closest(':disabled') || !element.checkVisibility()) {
                        continue;
                      }
                      const grounds = [];
                      for (let each = element; each; each = each.parentElement) {
                        grounds.unshift(getComputedStyle(each).backgroundColor);
                      }
                      const ground = over(grounds);
                      const ink = over([...grounds, getComputedStyle(element).color]);
                      if (contrast(ink, ground) < 4.5) {
                        low.push(`${text}: ${contrast(ink, ground).toFixed(2)}`);
                      }
                    }
                    samples.remove();
                    return low.join('; ');""");
            assertThat(low).isEqualTo("");
        } finally {
            browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        }
    }

    /** Waits until a canvas shows something, and something else than before. */
    private String awaitPicture(String canvas, String before) {
        return new WebDriverWait(browser, TIMEOUT, POLL).until(driver -> {
            Object picture = browser.executeScript("""
                    const canvas = document.getElementById(arguments[0]);
                    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                    return pixels.some(value => value) ? canvas.toDataURL() : null;
                    """, canvas);
            return picture == null || picture.equals(before) ? null : picture.toString();
        });
    }
}
