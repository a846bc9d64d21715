package dev.sparsam.logs;

import dev.sparsam.panel.LogKind;
import java.util.Optional;

/**
 * Whose lines they are.
 *
 * @param domain the domain as the panel has it, lower case, in its ASCII form; empty when that is not known
 * @param kind what they record; empty when that is not known
 */
public record LineOrigin(Optional<String> domain, Optional<LogKind> kind) {}
