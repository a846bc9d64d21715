package dev.sparsam.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser: Debian's Chromium, without a window. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;
    private final URI start;

    /**
     * Opens a browser.
     *
     * @param language what it asks pages for, for example {@code de}
     */
    Browser(URI start, String language) {
        if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
            throw new IllegalStateException(
                    "The browser tests need Chromium: apt-get install chromium chromium-driver");
        }
        this.start = start;
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--lang=" + language,
                "--accept-lang=" + language);
        options.setExperimentalOption("prefs", java.util.Map.of("intl.accept_languages", language));
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .withSilent(true)
                        .build(),
                options);
        size(1280, 900);
    }

    void size(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** Opens a page; {@code path} begins with a slash. */
    void open(String path) {
        driver.get(start.resolve(path).toString());
    }

    /** What a link would download, as whoever is logged in. */
    String download(String path) throws IOException {
        String cookies = driver.manage().getCookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(start.resolve(path))
                                    .header("Cookie", cookies)
                                    .timeout(PATIENCE)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    String path() {
        return URI.create(java.util.Objects.requireNonNullElse(driver.getCurrentUrl(), ""))
                .getPath();
    }

    String language() {
        return java.util.Objects.requireNonNullElse(find("html").getDomAttribute("lang"), "");
    }

    /** The one element that a CSS selector finds, as soon as it is there. */
    WebElement find(String selector) {
        return new WebDriverWait(driver, PATIENCE)
                .until(ExpectedConditions.presenceOfElementLocated(By.cssSelector(selector)));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    boolean has(String selector) {
        return !all(selector).isEmpty();
    }

    /** Waits until an element is there, however often the page refreshes itself. */
    void await(String selector) {
        find(selector);
    }

    String text(String selector) {
        return find(selector).getText();
    }

    String mainText() {
        return text("main");
    }

    void click(String selector) {
        find(selector).click();
    }

    void clickLink(String text) {
        new WebDriverWait(driver, PATIENCE)
                .until(ExpectedConditions.elementToBeClickable(By.linkText(text)))
                .click();
    }

    void type(String selector, String text) {
        WebElement field = find(selector);
        field.clear();
        field.sendKeys(text);
    }

    /** Sends the form that an element belongs to. */
    void submit(String selector) {
        WebElement old = find("html");
        find(selector).click();
        new WebDriverWait(driver, PATIENCE).until(any -> isGone(old));
    }

    private static boolean isGone(WebElement element) {
        try {
            element.isEnabled();
            return false;
        } catch (WebDriverException e) {
            // A stale element; in the midst of a navigation the driver says so in other words, too.
            return true;
        }
    }

    /** The title of the window. */
    String title() {
        return java.util.Objects.requireNonNullElse(driver.getTitle(), "");
    }

    /** The id of the element that has the focus. */
    String focus() {
        return java.util.Objects.requireNonNullElse(
                driver.switchTo().activeElement().getDomAttribute("id"), "");
    }

    /** Whether an element can be seen without scrolling. */
    boolean inSight(String selector) {
        Object inside = driver.executeScript(
                "const box = arguments[0].getBoundingClientRect();"
                        + " return box.top >= 0 && box.bottom <= window.innerHeight && box.right <= window.innerWidth",
                find(selector));
        return Boolean.TRUE.equals(inside);
    }

    /** How far the page is wider than the window, in CSS pixels. */
    long overflow() {
        Object width = driver.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        return ((Number) java.util.Objects.requireNonNull(width)).longValue();
    }

    /** What the browser had to complain of, such as blocked styles; answers with a status of their own are none. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(Object::toString)
                .filter(line -> !line.contains("responded with a status of"))
                .toList();
    }

    /** A picture of the window in {@code target/screenshots}. */
    void picture(String name) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "screenshots"));
            Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
