package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Parameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandServerTest {

    /** Commands as a bundle would bring them. */
    public static final class Sample {

        public void say(CommandSession session, String... words) {
            session.getConsole().println(String.join("|", words));
        }

        public void fail() {
            throw new IllegalStateException("Der Ordner fehlt: größe");
        }

        @SuppressWarnings("ReturnValueIgnored")
        public void slip() {
            List.of().get(1);
        }

        public void failInWords() {
            throw new Refusal("receipt.unknown", 7);
        }

        public String full(CommandSession session) {
            if (session.currentDir().isAbsolute()) {
                throw new StoreException(new Wording("The database is full.", "Die Datenbank ist voll."));
            }
            return "";
        }

        public String broken(CommandSession session) {
            if (session.currentDir().isAbsolute()) {
                throw new IllegalStateException(
                        "No tables",
                        new SQLException(
                                "sparsam-store - Connection is not available, request timed out after 5000ms"));
            }
            return "";
        }

        public String await(String started) throws Exception {
            Files.createFile(Path.of(started));
            Thread.sleep(TimeUnit.MINUTES.toMillis(5));
            return "";
        }

        public String partly(CommandSession session) {
            GogoSession.incomplete(session);
            return "partly";
        }

        public String _import(String file) {
            return file;
        }

        public String take(
                @Parameter(names = "--limit", absentValue = "20") int limit,
                @Parameter(names = "--dry-run", presentValue = "true", absentValue = "false") boolean dry,
                String scope,
                long id) {
            return limit + " " + dry + " " + scope + " " + id;
        }

        public String folder(CommandSession session) {
            return session.currentDir().toString();
        }

        public void language(CommandSession session) {
            session.getConsole().println(session.get(GogoSession.LANGUAGE));
        }
    }

    /** What Gogo does with a service that is registered, but cannot be made. */
    public static final class Away implements org.apache.felix.service.command.Function {
        @Override
        public Object execute(CommandSession session, List<Object> arguments) throws Exception {
            return org.apache.felix.gogo.runtime.Reflective.invoke(session, null, "away", arguments);
        }
    }

    private record Answer(int status, String out, String err) {}

    @TempDir
    Path data;

    private Path socket = Path.of("");
    /** One for all tests: a thread of Gogo that is late takes System.out back, and then another could not start. */
    private static final ThreadIOImpl THREAD_IO = new ThreadIOImpl();

    private final CommandProcessorImpl processor = new CommandProcessorImpl(THREAD_IO);
    private final List<Wording> absences = new ArrayList<>();
    private final List<Command> known = new ArrayList<>();
    private final List<CommandServer> servers = new ArrayList<>();

    @BeforeAll
    static void start() {
        THREAD_IO.start();
    }

    @AfterAll
    static void end() {
        THREAD_IO.stop();
    }

    @BeforeEach
    void commands() {
        Sample sample = new Sample();
        for (String name : List.of(
                "say",
                "fail",
                "slip",
                "failInWords",
                "import",
                "take",
                "language",
                "folder",
                "full",
                "partly",
                "await",
                "broken")) {
            processor.addCommand("sample", sample, name);
            known.add(Command.of("sample", name, Sample.class));
        }
        socket = data.resolve("run").resolve("shell.sock");
    }

    @AfterEach
    void stop() {
        servers.forEach(CommandServer::close);
        processor.stop();
    }

    private CommandServer listen() throws IOException {
        CommandServer server = CommandServer.listen(
                socket,
                (client, out, err) -> new GogoSession(processor, () -> known, () -> absences, client, out, err));
        servers.add(server);
        return server;
    }

    private Answer ask(String language, String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("--socket", socket.toString(), "--"));
        arguments.addAll(List.of(command));
        int status = ShellClient.run(
                arguments,
                language,
                data,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void runsACommandAndStreamsItsOutput() throws IOException {
        listen();
        assertThat(ask("en", "say", "a", "b")).isEqualTo(new Answer(0, "a|b\n", ""));
    }

    @Test
    void oneArgumentIsALineAsTyped() throws IOException {
        listen();
        assertThat(ask("en", "say one; say two").out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void everyArgumentArrivesAsItWasGiven() throws IOException {
        listen();
        String[] odd = {"Müller & Söhne", "a\"b", "it's", "$HOME", "back\\slash", "a;b", "x|y", "{z}", "*", "", "日本"};
        List<String> command = new ArrayList<>(List.of("say"));
        command.addAll(List.of(odd));
        assertThat(ask("en", command.toArray(String[]::new)).out()).isEqualTo(String.join("|", odd) + "\n");
    }

    @Test
    void theCharacterZeroIsRefused() throws IOException {
        listen();
        for (String[] command : new String[][] {{"say", "a\0b"}, {"say a\0b"}, {"say \"a\\u0000b\""}}) {
            assertThat(ask("en", command))
                    .isEqualTo(new Answer(
                            1,
                            "",
                            "The command holds the character U+0000, which no name or text has; nothing was done.\n"));
            assertThat(ask("de", command).err()).contains("das Zeichen U+0000");
        }
        assertThat(ask("en", "say", "a\\u0000b").out()).isEqualTo("a\\u0000b\n");
    }

    @Test
    void failureIsItsMessageAndStatusOne() throws IOException {
        listen();
        assertThat(ask("en", "fail")).isEqualTo(new Answer(1, "", "Der Ordner fehlt: größe\n"));
    }

    @Test
    void unknownCommandIsMisuse() throws IOException {
        listen();
        assertThat(ask("en", "nonsense", "x"))
                .isEqualTo(new Answer(2, "", "There is no command nonsense; help lists them.\n"));
    }

    @Test
    void unknownCommandSuggestsWhatMayHaveBeenMeant() throws IOException {
        listen();
        assertThat(ask("en", "sample:imprt x").err())
                .isEqualTo("There is no command sample:imprt; did you mean sample:import? help lists them.\n");
        assertThat(ask("de", "sampel:say", "x").err())
                .isEqualTo("Einen Befehl sampel:say gibt es nicht; ist sample:say gemeint? help zählt sie auf.\n");
    }

    private void misuse(String reason, String... command) {
        Answer answer = ask("en", command);
        assertThat(answer.err())
                .startsWith("sample:take: " + reason + " It is used like this:\n")
                .contains("\n  sample:take [--limit LIMIT] [--dry-run] SCOPE ID\n")
                .doesNotContain("coerce", "Exception");
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void wrongArgumentsAreToldWithTheUsage() throws IOException {
        listen();
        misuse("SCOPE ID is missing.", "sample:take");
        misuse("ID is missing.", "sample:take", "a");
        misuse("ID is missing.", "sample:take a --dry-run");
        misuse("\"x\" is one argument too many.", "sample:take", "a", "1", "x");
        misuse("there is no option --fast.", "sample:take", "--fast", "a", "1");
        misuse("option --limit needs a value.", "sample:take", "a", "1", "--limit");
        misuse("--limit is a whole number, and \"ten\" is none.", "sample:take", "--limit", "ten", "a", "1");
        misuse("ID is a whole number, and \"one\" is none.", "sample:take", "a", "one");
        misuse("these arguments do not fit.", "sample:take {a}");
    }

    @Test
    void aScopeInTwoWordsIsAnsweredWithTheOneThatIsMeant() throws Exception {
        listen();
        assertThat(ask("en", "sample:take", "--limit", "3", "customer", "k1009", "1"))
                .isEqualTo(new Answer(2, "", "sample:take: a level and its id are one word: customer/k1009\n"));
        assertThat(ask("de", "sample:take", "Domain", "d1", "1").err())
                .isEqualTo("sample:take: Ebene und ID sind ein Wort: domain/d1\n");
    }

    @Test
    void wrongArgumentsAreToldInTheClientsLanguage() throws IOException {
        listen();
        assertThat(ask("de", "sample:import")).isEqualTo(new Answer(2, "", """
                        sample:import: DATEI fehlt. So wird es benutzt:
                          sample:import DATEI
                              DATEI                eine Datei, die es noch nicht gibt
                        """));
    }

    @Test
    void refusalIsSaidInTheClientsLanguage() throws IOException {
        listen();
        assertThat(ask("de", "failInWords"))
                .isEqualTo(new Answer(1, "", "Einen Beleg 7 gibt es nicht; receipt:list zeigt sie.\n"));
    }

    @Test
    void whatWasNotForeseenNamesTheLogAndNotAnException() throws IOException {
        listen();
        assertThat(ask("en", "slip"))
                .isEqualTo(
                        new Answer(1, "", "slip failed for a reason that was not foreseen; it is in Sparsam's log.\n"));
    }

    @Test
    void commandKnowsTheClientsFolder() throws IOException {
        listen();
        assertThat(ask("en", "folder").out()).isEqualTo(data + "\n");
    }

    @Test
    void folderOfTheSocketIsClosedToOthersBeforeThereIsASocket() throws IOException {
        Files.createDirectories(data.resolve("run"));
        Files.setPosixFilePermissions(data.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        listen();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("run"))))
                .isEqualTo("rwx------");
    }

    @Test
    void commandThatLacksItsPartIsExplained() throws IOException {
        listen();
        absences.add(Wording.same("/data/etc/dev.sparsam.store.cfg, line 3: url is not understood."));
        assertThat(ask("en", "sweep:list --limit 3")).isEqualTo(new Answer(1, "", """
                        sweep:list cannot be had: a part of Sparsam that it needs does not run.
                        /data/etc/dev.sparsam.store.cfg, line 3: url is not understood.
                        """));
    }

    @Test
    void whyAPartIsMissingIsSaidInTheClientsLanguage() throws IOException {
        listen();
        absences.add(new Wording("The key is missing.", "Der Schlüssel fehlt."));
        assertThat(ask("de", "sweep:list").err()).isEqualTo("""
                sweep:list steht nicht zur Verfügung: Ein Teil von Sparsam, den es braucht, läuft nicht.
                Der Schlüssel fehlt.
                """);
    }

    @Test
    void troubleOfTheDatabaseIsSaidInTheClientsLanguage() throws IOException {
        listen();
        assertThat(ask("de", "full")).isEqualTo(new Answer(1, "", "Die Datenbank ist voll.\n"));
        assertThat(ask("en", "full")).isEqualTo(new Answer(1, "", "The database is full.\n"));
    }

    @Test
    void whatAConnectionPoolSaysIsNotPassedOn() throws IOException {
        listen();
        assertThat(ask("de", "broken").err())
                .isEqualTo("broken konnte seine Datenbank nicht lesen oder schreiben: Sie läuft nicht oder ist nicht"
                        + " erreichbar, oder ihre Festplatte ist voll; es wurde nichts geändert. Der Grund steht im Protokoll von Sparsam; sobald er behoben ist,"
                        + " geht es von selbst weiter.\n");
        assertThat(ask("en", "broken").err())
                .contains("it does not run or cannot be reached, or its disk is full; nothing was changed")
                .doesNotContain("5000", "tables");
    }

    @Test
    void commandMayHaveAStatusOfItsOwnForThatLineOnly() throws IOException {
        listen();
        assertThat(ask("en", "partly")).isEqualTo(new Answer(3, "partly\n", ""));
        assertThat(ask("en", "fail").status()).isEqualTo(1);
        assertThat(ask("en", "say", "x").status()).isZero();
    }

    @Test
    void commandWhoseServiceIsAwayDoesNotSpeakOfJava() throws IOException {
        processor.addCommand("sparsam", new Away(), "away");
        listen();
        assertThat(ask("de", "away").err())
                .isEqualTo("away steht nicht zur Verfügung: Ein Teil von Sparsam, den es braucht, läuft nicht.\n");
    }

    @Test
    void commandKnowsTheClientsLanguage() throws IOException {
        listen();
        assertThat(ask("de", "language").out()).isEqualTo("de\n");
    }

    @Test
    void nothingRunningIsOneSentenceThatNamesTheDataFolder() {
        assertThat(ask("en", "say"))
                .isEqualTo(new Answer(
                        1,
                        "",
                        "No Sparsam is running on " + data
                                + "; start one, or name the data folder of the one that runs with --data DIR.\n"));
    }

    @Test
    void socketIsForItsOwnerAlone() throws IOException {
        listen();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("run"))))
                .isEqualTo("rwx------");
    }

    @Test
    void closeRemovesTheSocketAndEndsItsThreads() throws Exception {
        CommandServer server = listen();
        ask("en", "say", "x");
        server.close();
        assertThat(socket).doesNotExist();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        // A thread that has done its work may need a moment to end, on a machine with other work.
        while (shellThreads() > 0 && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(shellThreads()).isZero();
    }

    @Test
    void stopOfTheShellEndsAWaitingCommandWithASentence() throws Exception {
        CommandServer server = listen();
        Path started = data.resolve("started");
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> ask("en", "await", started.toString()));
        while (!Files.exists(started)) {
            Thread.sleep(5);
        }
        server.close();
        assertThat(waiting.get(30, TimeUnit.SECONDS))
                .isEqualTo(new Answer(
                        1,
                        "",
                        "The shell is being stopped, so await was not waited for; what it has begun goes on.\n"));
    }

    private static long shellThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sparsam-shell"))
                .count();
    }

    @Test
    void socketOfAKilledProcessIsReplaced() throws IOException {
        Files.createDirectories(data.resolve("run"));
        Files.writeString(socket, "left behind");
        listen();
        assertThat(ask("en", "say", "here").out()).isEqualTo("here\n");
    }

    @Test
    void pathMayBeLongerThanTheKernelAllows() throws IOException {
        socket = data.resolve("x".repeat(120)).resolve("run").resolve("shell.sock");
        listen();
        assertThat(ask("en", "say", "far").out()).isEqualTo("far\n");
    }
}
