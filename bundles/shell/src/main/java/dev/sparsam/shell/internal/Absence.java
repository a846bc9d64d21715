package dev.sparsam.shell.internal;

import dev.sparsam.store.Trouble;
import dev.sparsam.store.Wording;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Which parts of Sparsam do not run, and why: for a command that is not there, or lacks what it needs. */
final class Absence {

    private static final String OURS = "dev.sparsam.";

    private final BundleContext context;

    Absence(BundleContext context) {
        this.context = context;
    }

    /** Whether a command failed because what should have run it is not there. */
    static boolean explains(Throwable failure) {
        return withoutService(failure) || String.valueOf(failure.getMessage()).startsWith("Command not found: ");
    }

    /** Gogo calls a command on the service that it got; when it got none, that fails in Gogo itself. */
    static boolean withoutService(Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        return failure instanceof NullPointerException
                && stack.length > 0
                && stack[0].getClassName().startsWith("org.apache.felix.gogo.");
    }

    /** Sentences for the administrator; none when everything of ours runs. */
    List<Wording> reasons() {
        List<Wording> reasons = new ArrayList<>();
        for (Trouble trouble : Trouble.all(context)) {
            if (trouble.kind() != Trouble.Kind.DEFAULT) {
                reasons.add(trouble.wording());
            }
        }
        if (reasons.isEmpty()) {
            for (Bundle bundle : context.getBundles()) {
                if (String.valueOf(bundle.getSymbolicName()).startsWith(OURS) && bundle.getState() != Bundle.ACTIVE) {
                    reasons.add(said("absent.stopped", bundle.getSymbolicName()));
                }
            }
        }
        if (reasons.isEmpty()) {
            reasons.addAll(failures());
        }
        return reasons;
    }

    private List<Wording> failures() {
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        ServiceComponentRuntime runtime = reference == null ? null : context.getService(reference);
        if (runtime == null) {
            return List.of();
        }
        try {
            List<Wording> failures = new ArrayList<>();
            for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
                if (component.bundle.symbolicName.startsWith(OURS)) {
                    failure(runtime.getComponentConfigurationDTOs(component))
                            .ifPresent(why -> failures.add(said("absent.failed", component.bundle.symbolicName, why)));
                }
            }
            return failures;
        } finally {
            context.ungetService(reference);
        }
    }

    private static Wording said(String key, Object... arguments) {
        return new Wording(Texts.in("en").text(key, arguments), Texts.in("de").text(key, arguments));
    }

    /** The last cause of the first that failed, in one line. */
    private static Optional<String> failure(Collection<ComponentConfigurationDTO> components) {
        return components.stream()
                .filter(component -> component.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
                .map(component -> String.valueOf(component.failure))
                .map(stack -> stack.lines()
                        .filter(line -> line.startsWith("Caused by: "))
                        .reduce((first, second) -> second)
                        .or(() -> stack.lines().findFirst())
                        .orElse("")
                        .replaceFirst("^Caused by: ", ""))
                .findFirst();
    }
}
