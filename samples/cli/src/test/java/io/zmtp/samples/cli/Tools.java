package io.zmtp.samples.cli;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The tools of a test, which end with it. */
final class Tools implements AfterEachCallback {

    private final List<Tool> running = new ArrayList<>();

    /** As {@link Tool#start}. */
    Tool start(String... arguments) {
        return keep(Tool.start(arguments));
    }

    /** As {@link Tool#bind}. */
    Tool bind(String type, String... arguments) {
        return keep(Tool.bind(type, arguments));
    }

    private Tool keep(Tool tool) {
        running.add(tool);
        return tool;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        running.forEach(Tool::close);
    }
}
