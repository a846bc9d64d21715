package dev.sparsam.facts;

import dev.sparsam.panel.RetentionRule;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shows any fact as names and texts, for pages and exports that need not know its type. */
public final class FactFields {
    private FactFields() {}

    /**
     * The components of a fact in their order.
     *
     * <p>A component that is a record itself gives one field for each of its components, named with a dot, for example
     * {@code contact.email}. When it is one of several alternatives, a field without a dot names which, for example
     * {@code ipMode} is {@code Truncated}. Elements of lists of records are counted from 0: {@code groups.0.id}; other
     * lists are separated by a comma and a space. What is empty gives an empty text. Enums give their names, times,
     * dates and durations their ISO 8601 form, and a retention rule the form that {@link RetentionRule#parse} reads.
     */
    public static List<Field> of(Fact fact) {
        List<Field> fields = new ArrayList<>();
        components("", (Record) fact, fields);
        return List.copyOf(fields);
    }

    private static void components(String prefix, Record record, List<Field> fields) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            value(prefix + component.getName(), component.getType(), read(record, component), fields);
        }
    }

    private static void value(String name, Class<?> declared, Object value, List<Field> fields) {
        if (value instanceof Optional<?> optional) {
            if (optional.isPresent()) {
                value(name, optional.get().getClass(), optional.get(), fields);
            } else {
                fields.add(new Field(name, ""));
            }
        } else if (value instanceof List<?> list && list.stream().anyMatch(FactFields::isStructured)) {
            for (int i = 0; i < list.size(); i++) {
                value(name + "." + i, list.get(i).getClass(), list.get(i), fields);
            }
        } else if (value instanceof List<?> list) {
            fields.add(new Field(name, list.stream().map(Object::toString).collect(Collectors.joining(", "))));
        } else if (isStructured(value)) {
            if (declared.isInterface()) {
                fields.add(new Field(name, value.getClass().getSimpleName()));
            }
            components(name + ".", (Record) value, fields);
        } else {
            fields.add(new Field(name, value.toString()));
        }
    }

    /** Countries and retention rules are records too, but have a text form of their own. */
    private static boolean isStructured(Object value) {
        return value instanceof Record && !(value instanceof Country) && !(value instanceof RetentionRule);
    }

    private static Object read(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A component of a fact is not public: " + component, e);
        }
    }

    /**
     * A component of a fact.
     *
     * @param name its name, the same in every language
     * @param text its value; may be empty
     */
    public record Field(String name, String text) {}
}
