package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is masked in lines of a host or domain that nobody knows, wherever they come from: as strictly as the provider or any
 * domain wants it, and never less than {@link #LEAST}. Nothing is hashed or gets a pseudonym, because there is no site whose
 * key that could be done with.
 */
final class UnknownHosts {
    /** Also where no settings can be asked for: what is no address is cut to what says nothing of a person, or dropped. */
    static final MaskingPolicy LEAST = least();

    private UnknownHosts() {}

    /**
     * The rule.
     *
     * @param known what holds for the provider and for each domain, in the kind of log that it is; in all kinds when that is
     *     not known either
     */
    static MaskingPolicy masking(Stream<MaskingPolicy> known) {
        return known.reduce(LEAST, UnknownHosts::stricter);
    }

    /** Of everything the stricter of two. */
    static MaskingPolicy stricter(MaskingPolicy one, MaskingPolicy other) {
        if (one.equals(other)) {
            return one;
        }
        Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            fields.put(
                    field, LogSettings.field(field).all().type().strictness().stricter(one.of(field), other.of(field)));
        }
        return new MaskingPolicy(
                LogSettings.ADDRESS.all().type().strictness().stricter(one.addresses(), other.addresses()),
                LogSettings.SCOPE.all().type().strictness().stricter(one.scope(), other.scope()),
                fields);
    }

    private static MaskingPolicy least() {
        Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            fields.put(field, field.choices().contains(Handling.CUT) ? Handling.CUT : Handling.DROP);
        }
        fields.put(PersonalField.EMAIL, Handling.DROP);
        return new MaskingPolicy(AddressMasking.DEFAULT, AddressScope.LINE, fields);
    }
}
