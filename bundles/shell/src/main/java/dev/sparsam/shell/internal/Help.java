package dev.sparsam.shell.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Lists the commands of our bundles, from what they are registered and described with. */
@Component(
        service = Help.class,
        property = {"osgi.command.scope=sparsam", "osgi.command.function=help"})
public final class Help {

    /** A command by the name that is typed. */
    record Command(String name, List<Method> methods) {

        Optional<String> description() {
            return methods.stream()
                    .map(method -> method.getAnnotation(Descriptor.class))
                    .filter(descriptor -> descriptor != null)
                    .map(Descriptor::value)
                    .findFirst();
        }
    }

    private final BundleContext context;

    @Activate
    public Help(BundleContext context) {
        this.context = context;
    }

    /** All commands, one line each. */
    @Descriptor("list the commands, or tell how one is used: help [COMMAND]")
    public void help(CommandSession session) {
        Texts texts = Texts.in(language(session));
        Collection<Command> commands = commands();
        int width = commands.stream()
                .mapToInt(command -> command.name().length())
                .max()
                .orElse(0);
        session.getConsole().println(texts.text("help.commands"));
        for (Command command : commands) {
            session.getConsole().printf("  %-" + width + "s  %s%n", command.name(), describe(command, texts));
        }
        session.getConsole().println(texts.text("help.more"));
    }

    /** One command with its arguments. */
    public void help(CommandSession session, String name) {
        Texts texts = Texts.in(language(session));
        Command command = commands().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(texts.text("help.unknown", name)));
        session.getConsole().println(command.name() + ": " + describe(command, texts));
        for (Method method : command.methods()) {
            session.getConsole().println("  " + usage(command.name(), method));
            for (java.lang.reflect.Parameter parameter : method.getParameters()) {
                Descriptor descriptor = parameter.getAnnotation(Descriptor.class);
                if (descriptor != null) {
                    session.getConsole().printf("      %-16s %s%n", placeholder(parameter), descriptor.value());
                }
            }
        }
    }

    private static String language(CommandSession session) {
        return session.get(GogoSession.LANGUAGE) instanceof String language ? language : "en";
    }

    private static String describe(Command command, Texts texts) {
        return texts.description(command.name()).or(command::description).orElse("");
    }

    static String usage(String name, Method method) {
        StringBuilder usage = new StringBuilder(name);
        for (java.lang.reflect.Parameter parameter : method.getParameters()) {
            if (parameter.getType() != CommandSession.class) {
                usage.append(' ').append(placeholder(parameter));
            }
        }
        return usage.toString();
    }

    /** {@code NAME} for what must be given, {@code [--reason VALUE]} for an option, {@code NAME...} for a list. */
    private static String placeholder(java.lang.reflect.Parameter parameter) {
        Parameter option = parameter.getAnnotation(Parameter.class);
        if (option != null) {
            String longest = List.of(option.names()).stream()
                    .max(Comparator.comparingInt(String::length))
                    .orElse("");
            boolean flag = !Parameter.UNSPECIFIED.equals(option.presentValue());
            return "[" + longest + (flag ? "" : " " + parameter.getName().toUpperCase(Locale.ROOT)) + "]";
        }
        String name = parameter.getName().toUpperCase(Locale.ROOT);
        return parameter.getType().isArray() || Collection.class.isAssignableFrom(parameter.getType())
                ? name + "..."
                : name;
    }

    private Collection<Command> commands() {
        TreeMap<String, Command> commands = new TreeMap<>();
        for (ServiceReference<?> reference : references()) {
            // Of ours only: Gogo's own commands are the machine room's.
            if (!reference.getBundle().getSymbolicName().startsWith("dev.sparsam.")) {
                continue;
            }
            Object service = context.getService(reference);
            if (service == null) {
                continue; // Gone in this very moment.
            }
            String scope = String.valueOf(reference.getProperty(CommandProcessor.COMMAND_SCOPE));
            for (String function : strings(reference.getProperty(CommandProcessor.COMMAND_FUNCTION))) {
                String name = scope.equals("sparsam") ? function : scope + ":" + function;
                commands.put(name, new Command(name, methods(service.getClass(), function)));
            }
            context.ungetService(reference);
        }
        return commands.values();
    }

    private ServiceReference<?>[] references() {
        try {
            ServiceReference<?>[] references = context.getAllServiceReferences(
                    null, "(&(" + CommandProcessor.COMMAND_SCOPE + "=*)(" + CommandProcessor.COMMAND_FUNCTION + "=*))");
            return references == null ? new ServiceReference<?>[0] : references;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gogo calls {@code x}, {@code _x}, {@code getX} and {@code isX}; ours are called what they are. */
    private static List<Method> methods(Class<?> type, String function) {
        List<Method> methods = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getName().equals(function) || method.getName().equals("_" + function)) {
                methods.add(method);
            }
        }
        methods.sort(Comparator.comparingInt(Method::getParameterCount));
        return methods;
    }

    private static List<String> strings(Object property) {
        return property instanceof String[] several ? List.of(several) : List.of(String.valueOf(property));
    }
}
