package dev.sparsam.shell.internal;

import dev.sparsam.panel.ScopeLevel;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;

/** How a command is used, and what is wrong with the way it was, in one language. */
final class Usage {

    private static final Set<String> LEVELS = Arrays.stream(ScopeLevel.values())
            .map(level -> level.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    private final Command command;
    private final Texts texts;

    Usage(Command command, Texts texts) {
        this.command = command;
        this.texts = texts;
    }

    /** What the command does; empty when nobody has said so. */
    String description() {
        return texts.optional("command." + command.name())
                .or(() -> command.methods().stream()
                        .map(method -> method.getAnnotation(Descriptor.class))
                        .filter(descriptor -> descriptor != null)
                        .map(Descriptor::value)
                        .findFirst())
                .orElse("");
    }

    /** The ways to call it and its arguments, a line each. */
    String text() {
        List<String> lines = new ArrayList<>();
        for (Method method : command.methods()) {
            List<java.lang.reflect.Parameter> parameters = typed(method);
            lines.add("  "
                    + (command.name() + " "
                                    + parameters.stream().map(this::placeholder).collect(Collectors.joining(" ")))
                            .strip());
            for (java.lang.reflect.Parameter parameter : parameters) {
                explanation(parameter)
                        .ifPresent(said -> lines.add(String.format("      %-20s %s", placeholder(parameter), said)));
            }
        }
        return String.join("\n", lines);
    }

    /** What a caller writes: not the session, which Gogo puts in. */
    private static List<java.lang.reflect.Parameter> typed(Method method) {
        return List.of(method.getParameters()).stream()
                .filter(parameter -> parameter.getType() != CommandSession.class)
                .toList();
    }

    private Optional<String> explanation(java.lang.reflect.Parameter parameter) {
        return texts.optional("argument." + command.name() + "." + parameter.getName())
                .or(() -> texts.optional("argument." + parameter.getName()))
                .or(() -> Optional.ofNullable(parameter.getAnnotation(Descriptor.class))
                        .map(Descriptor::value));
    }

    /** {@code NAME} for what must be given, {@code [--reason TEXT]} for an option, {@code NAME...} for a list. */
    private String placeholder(java.lang.reflect.Parameter parameter) {
        Parameter option = parameter.getAnnotation(Parameter.class);
        String name = texts.placeholder(parameter.getName());
        if (option != null) {
            String longest = List.of(option.names()).stream()
                    .max(Comparator.comparingInt(String::length))
                    .orElse("");
            return "[" + longest + (isFlag(option) ? "" : " " + name) + "]";
        }
        return isList(parameter) ? name + "..." : name;
    }

    private static boolean isFlag(Parameter option) {
        return !Parameter.UNSPECIFIED.equals(option.presentValue());
    }

    private static boolean isList(java.lang.reflect.Parameter parameter) {
        return parameter.getType().isArray() || Collection.class.isAssignableFrom(parameter.getType());
    }

    /**
     * What is wrong with these arguments, and the usage.
     *
     * @param arguments as they were given; empty when the line was too clever to tell
     */
    String wrong(Optional<List<String>> arguments) {
        Optional<String> scope = arguments.flatMap(this::splitScope);
        if (scope.isPresent()) {
            return command.name() + ": " + scope.get();
        }
        String reason = arguments.flatMap(this::reason).orElse(texts.text("usage.wrong"));
        return command.name() + ": " + reason + "\n" + text();
    }

    /** A scope in two words, {@code customer k1009}: what is meant is plain, and the usage would only hide it. */
    private Optional<String> splitScope(List<String> arguments) {
        for (Method method : command.methods()) {
            List<String> names = plain(method).stream()
                    .map(java.lang.reflect.Parameter::getName)
                    .toList();
            int given = plain(arguments).size();
            int at = names.indexOf("scope");
            if (at >= 0 && given == names.size() + 1) {
                String level = plain(arguments).get(at);
                if (LEVELS.contains(level.toLowerCase(Locale.ROOT))) {
                    return Optional.of(texts.text(
                            "usage.scope",
                            level.toLowerCase(Locale.ROOT),
                            plain(arguments).get(at + 1)));
                }
            }
        }
        return Optional.empty();
    }

    /** The arguments without the options and their values. */
    private List<String> plain(List<String> arguments) {
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Optional<java.lang.reflect.Parameter> option = option(arguments.get(i));
            if (option.isEmpty()) {
                plain.add(arguments.get(i));
            } else if (!isFlag(option.get().getAnnotation(Parameter.class))) {
                i++;
            }
        }
        return plain;
    }

    private static List<java.lang.reflect.Parameter> plain(Method method) {
        return typed(method).stream()
                .filter(parameter -> parameter.getAnnotation(Parameter.class) == null)
                .toList();
    }

    private Optional<String> reason(List<String> arguments) {
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            Optional<java.lang.reflect.Parameter> option = option(argument);
            if (option.isEmpty()) {
                if (argument.startsWith("--")) {
                    return Optional.of(texts.text("usage.option", argument));
                }
                plain.add(argument);
            } else if (!isFlag(option.get().getAnnotation(Parameter.class))) {
                if (++i == arguments.size()) {
                    return Optional.of(texts.text("usage.value", argument));
                }
                if (isNoNumber(option.get(), arguments.get(i))) {
                    return Optional.of(texts.text("usage.number", argument, arguments.get(i)));
                }
            }
        }
        return command.methods().stream()
                .map(Usage::plain)
                .min(Comparator.comparingInt(wanted -> Math.abs(wanted.size() - plain.size())))
                .flatMap(wanted -> reason(wanted, plain));
    }

    private Optional<String> reason(List<java.lang.reflect.Parameter> wanted, List<String> plain) {
        boolean list = !wanted.isEmpty() && isList(wanted.get(wanted.size() - 1));
        if (plain.size() < wanted.size() && !list) {
            return Optional.of(texts.text(
                    "usage.missing",
                    wanted.subList(plain.size(), wanted.size()).stream()
                            .map(this::placeholder)
                            .collect(Collectors.joining(" "))));
        }
        if (plain.size() > wanted.size() && !list) {
            return Optional.of(texts.text("usage.many", plain.get(wanted.size())));
        }
        for (int i = 0; i < Math.min(wanted.size(), plain.size()); i++) {
            if (isNoNumber(wanted.get(i), plain.get(i))) {
                return Optional.of(texts.text("usage.number", placeholder(wanted.get(i)), plain.get(i)));
            }
        }
        return Optional.empty();
    }

    private Optional<java.lang.reflect.Parameter> option(String argument) {
        return command.methods().stream()
                .flatMap(method -> typed(method).stream())
                .filter(parameter -> Optional.ofNullable(parameter.getAnnotation(Parameter.class))
                        .filter(option -> List.of(option.names()).contains(argument))
                        .isPresent())
                .findFirst();
    }

    private static boolean isNoNumber(java.lang.reflect.Parameter parameter, String text) {
        return (parameter.getType() == int.class || parameter.getType() == long.class) && !text.matches("-?[0-9]{1,9}");
    }
}
