package io.zmtp.samples.webflux;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/** The application, and Chromium, headless. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = FreePorts.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InBrowser {

    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final Duration POLL = Duration.ofMillis(50);

    @LocalServerPort
    int port;

    ChromeDriver browser;

    /** Where CI is set it has to be there. */
    static boolean hasNoBrowser() {
        return System.getenv("CI") == null && !(CHROMIUM.canExecute() && DRIVER.canExecute());
    }

    @BeforeAll
    void start(@TempDir Path profile) {
        ChromeDriverService driver =
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build();
        browser = new ChromeDriver(driver, options(profile));
    }

    ChromeOptions options(Path profile) {
        return new ChromeOptions()
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

    void press(String button) {
        new WebDriverWait(browser, TIMEOUT, POLL)
                .until(ExpectedConditions.elementToBeClickable(By.id(button)))
                .click();
    }

    void awaitText(String id, Predicate<String> condition) {
        WebElement element = browser.findElement(By.id(id));
        new WebDriverWait(browser, TIMEOUT, POLL)
                .withMessage(() -> "#" + id + " shows: " + element.getText())
                .until(driver -> condition.test(element.getText()));
    }

    void awaitNumber(String id, Predicate<Long> condition) {
        awaitText(id, text -> condition.test(parse(text)));
    }

    long number(String id) {
        return parse(browser.findElement(By.id(id)).getText());
    }

    static long parse(String text) {
        return Long.parseLong(text.replace(",", ""));
    }
}
