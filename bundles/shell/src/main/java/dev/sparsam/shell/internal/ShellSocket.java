package dev.sparsam.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandProcessor;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door of the stand-alone distribution's shell; a host such as Karaf has a shell of its own. */
@Component(
        service = {},
        immediate = true)
public final class ShellSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ShellSocket.class);

    private final @Nullable CommandServer server;

    /** Listens, if there is a data folder; without the socket everything else goes on. */
    @Activate
    public ShellSocket(BundleContext context, @Reference CommandProcessor processor) {
        String data = context.getProperty("sparsam.data");
        this.server = data == null
                ? null
                : listen(Path.of(data, "run", "shell.sock"), processor, Commands.in(context), new Absence(context));
    }

    private static @Nullable CommandServer listen(
            Path socket, CommandProcessor processor, Commands commands, Absence absence) {
        try {
            return CommandServer.listen(
                    socket,
                    (client, out, err) -> new GogoSession(processor, commands, absence::reasons, client, out, err));
        } catch (IOException e) {
            LOG.error("The shell cannot be reached: its socket {} could not be opened", socket, e);
            return null;
        }
    }

    @Deactivate
    void close() {
        if (server != null) {
            server.close();
        }
    }
}
