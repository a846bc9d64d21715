package dev.sparsam.panel.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** What a connector says of itself and of the panel it speaks to. */
@ConsumerType
public interface PanelConnector {
    /** The service property that holds the panel's identifier on every port of a connector. */
    String PANEL_ID = "panel.id";

    /** The panel's name and version. */
    PanelInfo info();

    /** Whether the panel can be reached now; the answer is for people and says what to do when it cannot. */
    Health health();

    /**
     * The panel behind a connector.
     *
     * @param name for example {@code ISPConfig}
     * @param version as the panel writes it
     */
    record PanelInfo(String name, String version) {}

    /**
     * The state of the connection.
     *
     * @param ok whether the panel answers
     * @param message what is wrong and what to do; a short confirmation when all is well
     */
    record Health(boolean ok, String message) {}
}
