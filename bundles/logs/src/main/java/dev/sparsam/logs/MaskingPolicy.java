package dev.sparsam.logs;

import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What happens to the personal data in the lines of a log.
 *
 * @param addresses what happens to addresses
 * @param scope which of them
 * @param fields what happens to everything else; what is not in it gets {@link PersonalField#builtIn()}
 */
public record MaskingPolicy(AddressMasking addresses, AddressScope scope, Map<PersonalField, Handling> fields) {
    /** What happens where nobody says otherwise. */
    public static final MaskingPolicy DEFAULT = new MaskingPolicy(AddressMasking.DEFAULT, AddressScope.LINE, Map.of());

    /** Completes the fields. */
    public MaskingPolicy {
        EnumMap<PersonalField, Handling> all = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            Handling handling = fields.getOrDefault(field, field.builtIn());
            if (!field.choices().contains(handling)) {
                throw new IllegalArgumentException(handling + " cannot be done with " + field);
            }
            all.put(field, handling);
        }
        fields = Map.copyOf(all);
    }

    /** Only addresses are masked, everywhere. */
    public static MaskingPolicy ofAddresses(AddressMasking addresses) {
        EnumMap<PersonalField, Handling> all = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            all.put(field, Handling.KEEP);
        }
        return new MaskingPolicy(addresses, AddressScope.LINE, all);
    }

    /** What happens to a field. */
    public Handling of(PersonalField field) {
        return Objects.requireNonNull(fields.get(field));
    }

    /** The same with another handling of one field. */
    public MaskingPolicy with(PersonalField field, Handling handling) {
        EnumMap<PersonalField, Handling> all = new EnumMap<>(fields);
        all.put(field, handling);
        return new MaskingPolicy(addresses, scope, all);
    }

    /** Whether every line stays as it is. */
    public boolean keepsAll() {
        return addresses instanceof Keep && fields.values().stream().allMatch(Handling.KEEP::equals);
    }

    /** Whether keys are needed. */
    public boolean isKeyed() {
        return addresses instanceof Pseudonym || fields.containsValue(Handling.HASH);
    }

    /**
     * Reads what {@link #toString} writes, in any order: {@code address=truncate/24/48 scope=line user=hash}. What is not
     * said is as in {@link #DEFAULT}.
     *
     * @throws IllegalArgumentException when the text is not understood; the message says what to write instead
     */
    public static MaskingPolicy parse(String text) {
        AddressMasking addresses = DEFAULT.addresses;
        AddressScope scope = DEFAULT.scope;
        EnumMap<PersonalField, Handling> fields = new EnumMap<>(DEFAULT.fields);
        for (String item : text.strip().split("[ ,]+", -1)) {
            int equals = item.indexOf('=');
            if (item.isEmpty()) {
                continue;
            }
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "\"" + item + "\" is not understood: write NAME=VALUE, for example address=truncate/24/48");
            }
            String name = item.substring(0, equals);
            String value = item.substring(equals + 1);
            switch (name) {
                case "address" -> addresses = AddressMasking.parse(value);
                case "scope" -> scope = AddressScope.parse(value);
                default ->
                    fields.put(
                            PersonalField.named(name), PersonalField.named(name).parse(value));
            }
        }
        return new MaskingPolicy(addresses, scope, fields);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("address=" + addresses + " scope=" + scope);
        for (PersonalField field : PersonalField.values()) {
            text.append(' ').append(field).append('=').append(of(field));
        }
        return text.toString();
    }
}
