package io.zmtp.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/** What somebody sees who opens the page and presses its buttons. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = FreePorts.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIf(
        value = "hasNoBrowser",
        disabledReason = "needs /usr/bin/chromium and /usr/bin/chromedriver: apt-get install chromium chromium-driver")
class BrowserTests {

    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    @LocalServerPort
    int port;

    private ChromeDriver browser;

    /** Where CI is set it has to be there. */
    static boolean hasNoBrowser() {
        return System.getenv("CI") == null && !(CHROMIUM.canExecute() && DRIVER.canExecute());
    }

    @BeforeAll
    void start(@TempDir Path profile) {
        ChromeOptions options = new ChromeOptions()
                .setBinary(CHROMIUM)
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + profile);
        ChromeDriverService driver =
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build();
        browser = new ChromeDriver(driver, options);
    }

    @AfterAll
    void quit() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void open() {
        browser.get("http://localhost:" + port + "/");
        awaitText("live", "live"::equals);
    }

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
        awaitText("quote", answer -> answer.matches("REQ \\w+ → REP [0-9.,]+ in \\d+ ms"));
    }

    private void press(String button) {
        new WebDriverWait(browser, TIMEOUT, POLL)
                .until(ExpectedConditions.elementToBeClickable(By.id(button)))
                .click();
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

    private void awaitText(String id, Predicate<String> condition) {
        WebElement element = browser.findElement(By.id(id));
        new WebDriverWait(browser, TIMEOUT, POLL)
                .withMessage(() -> "#" + id + " shows: " + element.getText())
                .until(driver -> condition.test(element.getText()));
    }

    private void awaitNumber(String id, Predicate<Long> condition) {
        awaitText(id, text -> condition.test(parse(text)));
    }

    private long number(String id) {
        return parse(browser.findElement(By.id(id)).getText());
    }

    private static long parse(String text) {
        return Long.parseLong(text.replace(",", ""));
    }
}
