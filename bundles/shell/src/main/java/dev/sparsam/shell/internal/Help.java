package dev.sparsam.shell.internal;

import java.util.Collection;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Lists the commands of our bundles, from what they are registered and described with. */
@Component(
        service = Help.class,
        property = {"osgi.command.scope=sparsam", "osgi.command.function=help"})
public final class Help {

    private final Commands commands;

    @Activate
    public Help(BundleContext context) {
        this.commands = Commands.in(context);
    }

    /** All commands, one line each. */
    @Descriptor("list the commands, or tell how one is used")
    public void help(CommandSession session) {
        Texts texts = Texts.of(session);
        Collection<Command> all = commands.all();
        int width =
                all.stream().mapToInt(command -> command.name().length()).max().orElse(0);
        session.getConsole().println(texts.text("help.commands"));
        for (Command command : all) {
            session.getConsole()
                    .printf("  %-" + width + "s  %s%n", command.name(), new Usage(command, texts).description());
        }
        session.getConsole().println(texts.text("help.more"));
    }

    /** One command with its arguments. */
    public void help(CommandSession session, @Descriptor("the command's name") String name) {
        Command command = commands.named(name).orElseThrow(() -> unknown(name, commands));
        Usage usage = new Usage(command, Texts.of(session));
        session.getConsole().println(command.name() + ": " + usage.description());
        session.getConsole().println(usage.text());
    }

    static Refusal unknown(String name, Commands commands) {
        var similar = commands.similar(name);
        return similar.isEmpty()
                ? new Refusal("help.unknown", name)
                : new Refusal("help.unknown.similar", name, String.join(", ", similar));
    }
}
