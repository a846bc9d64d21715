package dev.sparsam.store;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;

/**
 * The values of a component's configuration. One that cannot be used is reported with its file and line, and the default
 * holds in its place: a typo in a file never keeps a part from running. Only for values in whose place no other may be
 * taken, such as the address of the database, there is {@link #refuse}.
 *
 * <p>A component takes its properties as a {@code Map} and reads them here, rather than through its annotation, which
 * throws for what it cannot convert, takes any word for {@code false}, and knows neither ranges nor times of day. That
 * it is the component that reads, and no Configuration Plugin before it, makes it work in every order of start, also
 * when another bundle is being updated.
 */
public final class Configured implements AutoCloseable {
    private final Class<? extends Annotation> settings;
    private final Map<String, ?> properties;
    private final ConfigFile file;
    private final Function<Trouble, Trouble.Announcement> announcer;
    private final List<Trouble.Announcement> announced = new ArrayList<>();

    Configured(
            String pid,
            Class<? extends Annotation> settings,
            Map<String, ?> properties,
            Function<Trouble, Trouble.Announcement> announcer) {
        this.settings = settings;
        this.properties = Map.copyOf(properties);
        this.file = ConfigFile.of(pid, properties);
        this.announcer = announcer;
    }

    /**
     * Reads the properties of a component whose PID is its bundle's symbolic name.
     *
     * @param settings names the settings by its methods, and their defaults
     */
    public static Configured of(
            BundleContext context, Class<? extends Annotation> settings, Map<String, ?> properties) {
        return new Configured(
                context.getBundle().getSymbolicName(), settings, properties, trouble -> trouble.announce(context));
    }

    /** The value as it is written, without blanks around it. */
    public String text(String key) {
        return written(key).orElseGet(() -> fallback(key));
    }

    /** A value that is {@code true} or {@code false}. */
    public boolean flag(String key) {
        return value(key, () -> Wording.of(Configured.class, "value.flag"), text -> {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
            }
            return text.equals("true");
        });
    }

    /** A whole number within bounds. */
    public int whole(String key, int least, int most) {
        return value(key, () -> Wording.of(Configured.class, "value.whole", least, most), text -> {
            int number = Integer.parseInt(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException(text);
            }
            return number;
        });
    }

    /**
     * A value of any type.
     *
     * @param expected what to write, as the object of a sentence, such as {@code a time of day such as 02:30}
     * @param parse reads what is written, and the default; throws {@link IllegalArgumentException} or
     *     {@link DateTimeException} for what it cannot use
     */
    public <T> T value(String key, Supplier<Wording> expected, Function<String, T> parse) {
        String fallback = fallback(key);
        Optional<String> written = written(key);
        if (written.isPresent()) {
            try {
                return parse.apply(written.get());
            } catch (IllegalArgumentException | DateTimeException e) {
                if (!(properties.get(key) instanceof String text) || !file.isOutdated(key, text.strip())) {
                    announce(
                            Trouble.Kind.DEFAULT,
                            Wording.of(
                                    Configured.class,
                                    fallback.isEmpty() ? "value.empty" : "value.default",
                                    file.place(key),
                                    key,
                                    written.get(),
                                    expected.get(),
                                    fallback));
                }
            }
        }
        return parse.apply(fallback);
    }

    /**
     * Reports a value in whose place no other may be taken; the component then does not run. The value itself is left
     * out unless the sentence names it: it may be a secret.
     *
     * @param sentence what is wrong and what to do
     */
    public void refuse(String key, Wording sentence) {
        announce(Trouble.Kind.STOPPED, Wording.of(Configured.class, "value.refused", file.place(key), sentence));
    }

    /**
     * Refuses a key that is none but looks like one of these: who misspelt it meant another value than the default.
     *
     * @param keys the settings that must not silently have their default
     * @return whether there was such a key
     */
    public boolean refuseMisspelt(String... keys) {
        Set<String> known = Arrays.stream(settings.getDeclaredMethods())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        boolean refused = false;
        for (String key : new TreeSet<>(properties.keySet())) {
            if (!known.contains(key)) {
                Optional<String> meant = ConfigFile.nearest(key, known).filter(List.of(keys)::contains);
                if (meant.isPresent()) {
                    refuse(key, Wording.of(Configured.class, "name.misspelt", key, meant.get()));
                    refused = true;
                }
            }
        }
        return refused;
    }

    /** Takes back what was reported, for a component that ends. */
    @Override
    public synchronized void close() {
        announced.forEach(Trouble.Announcement::close);
        announced.clear();
    }

    private synchronized void announce(Trouble.Kind kind, Wording text) {
        announced.add(announcer.apply(new Trouble(kind, text)));
    }

    private Optional<String> written(String key) {
        Object value = properties.get(key);
        if (value instanceof Object[] many) {
            value = List.of(many);
        }
        if (value instanceof Collection<?> many) {
            return Optional.of(many.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        return Optional.ofNullable(value).map(one -> one.toString().strip());
    }

    private String fallback(String key) {
        try {
            Object value = settings.getDeclaredMethod(key).getDefaultValue();
            return Objects.requireNonNull(value, () -> key + " has no default").toString();
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(settings.getName() + " has no setting " + key, e);
        }
    }
}
