package dev.sparsam.logs.internal;

/** How far a file has come: its change has ended, or it is replaced or set aside and has still to be looked at. */
sealed interface Begun permits Change, SecondName {}
