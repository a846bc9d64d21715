package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.panel.Role;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.testing.TestDatabases;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandsTest {
    private static final CommandSession ENGLISH = session(Map.of(".sparsam.language", "en"));
    private static final CommandSession GERMAN = session(Map.of(".sparsam.language", "de"));

    @TempDir
    Path folder;

    private World world;
    private AccountService service;
    private UserCommands commands;

    /** Only its variables are asked for. */
    private static CommandSession session(Map<String, Object> variables) {
        return (CommandSession) Proxy.newProxyInstance(
                UserCommandsTest.class.getClassLoader(),
                new Class<?>[] {CommandSession.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("get");
                    return variables.get(String.valueOf(arguments[0]));
                });
    }

    @BeforeEach
    void open() {
        world = new World(TestDatabases.H2, folder).fill();
        world.account("boss", Role.PROVIDER_ADMIN, "");
        service = new AccountService(
                world.database.database(),
                world.ledger,
                world,
                world,
                false,
                Duration.ofMinutes(30),
                folder,
                new SecureRandom(),
                world.clock);
        commands = new UserCommands(service);
    }

    @AfterEach
    void close() {
        service.stop();
        world.close();
    }

    private void refused(Runnable command, String sentence) {
        assertThatIllegalArgumentException().isThrownBy(command::run).withMessageContaining(sentence);
    }

    @Test
    void accountsAreListedInTheLanguageOfTheCaller() {
        world.account("anna", Role.CUSTOMER, "c2");
        commands.add(ENGLISH, "nord", "r1");
        assertThat(commands.list(ENGLISH).lines()).first().asString().matches("ACCOUNT +NUMBER +ROLE +TENANT +STATE");
        assertThat(commands.list(ENGLISH).lines())
                .anyMatch(line -> line.matches("anna +user:[0-9]+ +Customer +c2 +active"))
                .anyMatch(line -> line.matches("boss +user:[0-9]+ +Provider +- +active"))
                .anyMatch(line -> line.matches("nord +user:[0-9]+ +Reseller +r1 +one-time password not used yet"));
        assertThat(commands.list(GERMAN).lines())
                .anyMatch(line -> line.matches("KONTO +NUMMER +ROLLE +KUNDE +ZUSTAND"))
                .anyMatch(line -> line.matches("anna +user:[0-9]+ +Kunde +c2 +aktiv"))
                .anyMatch(line -> line.matches("nord +user:[0-9]+ +Reseller +r1 +Einmalpasswort noch nicht benutzt"));
    }

    @Test
    void aHostsOwnShellIsInEnglish() {
        assertThat(commands.list(session(Map.of()))).startsWith("ACCOUNT");
        assertThat(commands.list(session(Map.of(".sparsam.language", "fr")))).startsWith("ACCOUNT");
    }

    @Test
    void anAddedAccountLogsInWithThePasswordThatIsSaid() {
        String said = commands.add(GERMAN, " Anna ", "c2");
        assertThat(said).startsWith("Einmalpasswort von anna: ");
        assertThat(world.accounts.fits("anna", said.substring(said.indexOf(": ") + 2)))
                .isTrue();
        assertThat(world.accounts.find("anna").orElseThrow().tenant()).contains(new TenantId("c2"));
        assertThat(commands.reset(ENGLISH, "Anna")).startsWith("One-time password of anna: ");
    }

    @Test
    void whatIsRefusedIsSaidInBothLanguages() {
        refused(() -> commands.add(ENGLISH, "boss"), "there is an account boss already");
        refused(() -> commands.add(GERMAN, "boss"), "Ein Konto boss gibt es schon");
        refused(() -> commands.add(ENGLISH, "x y"), "“x y” is no login name");
        refused(() -> commands.add(GERMAN, "x y"), "„x y“ ist kein Anmeldename");
        refused(() -> commands.add(ENGLISH, "anna", "nobody"), "the panel has no tenant nobody");
        refused(() -> commands.add(GERMAN, "anna", "no/body"), "Das Panel hat keinen Kunden no/body");
        refused(() -> commands.reset(ENGLISH, "nobody"), "There is no account nobody");
        refused(() -> commands.reset(GERMAN, "nobody"), "Ein Konto nobody gibt es nicht");
        refused(() -> commands.disable(GERMAN, "nobody"), "Ein Konto nobody gibt es nicht");
        refused(() -> commands.disable(ENGLISH, "boss"), "boss is not disabled: nobody of the provider");
        refused(() -> commands.disable(GERMAN, "boss"), "boss ist nicht gesperrt");
        assertThat(world.accounts.find("anna")).isEmpty();
    }

    @Test
    void aDisabledAccountIsSaidToBe() {
        world.account("anna", Role.CUSTOMER, "c2");
        assertThat(commands.disable(GERMAN, "anna")).isEqualTo("anna ist gesperrt; alle Sitzungen sind beendet.");
        assertThat(world.accounts.find("anna").orElseThrow().disabled()).isTrue();
    }

    @Test
    void everyCommandAndArgumentIsDescribedForTheHelp() {
        assertThat(Arrays.stream(UserCommands.class.getDeclaredMethods())
                        .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers())))
                .hasSize(5)
                .allSatisfy(method -> {
                    assertThat(method.getAnnotation(Descriptor.class)).isNotNull();
                    assertThat(Arrays.stream(method.getParameters()).skip(1))
                            .allMatch(parameter -> parameter.isAnnotationPresent(Descriptor.class));
                });
    }
}
