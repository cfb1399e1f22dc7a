package io.zmtp.reactive.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** What a test has opened, which ends with it. */
public class Opened implements AfterEachCallback {

    private final Disposable.Composite open = Disposables.composite();

    /** Remembers what has to end. */
    public final <T extends Disposable> T add(T disposable) {
        open.add(disposable);
        return disposable;
    }

    /** Ends all of it now, before something else that it needs ends. */
    public final void close() {
        open.dispose();
    }

    @Override
    public final void afterEach(ExtensionContext context) {
        close();
    }
}
