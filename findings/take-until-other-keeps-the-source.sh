#!/usr/bin/env bash
# reactor-core 3.8.7.
#
# Flux.takeUntilOther(trigger) cancels its source when the trigger emits or completes. One would think that a trigger that
# fails ends both too: the subscriber gets the error, but the source is not cancelled, and goes on for nobody. So a time limit
# made of Mono.delay(…).then(Mono.error(…)) leaves the work running. Turn the failure into a value before
# (materialize), or merge the two (Flux.merge cancels the other source).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.projectreactor</groupId><artifactId>reactor-core</artifactId><version>3.8.7</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >/dev/null

cat >Until.java <<'JAVA'
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

public class Until {

    public static void main(String[] arguments) {
        Sinks.Empty<Void> completes = Sinks.empty();
        show("the trigger completes", completes, completes::tryEmitEmpty);
        Sinks.Empty<Void> fails = Sinks.empty();
        show("the trigger fails", fails, () -> fails.tryEmitError(new IllegalStateException("too late")));
    }

    private static void show(String what, Sinks.Empty<Void> trigger, Runnable pull) {
        AtomicBoolean cancelled = new AtomicBoolean();
        StringBuilder end = new StringBuilder();
        Flux.never()
                .doOnCancel(() -> cancelled.set(true))
                .takeUntilOther(trigger.asMono())
                .subscribe(next -> {}, error -> end.append("fails"), () -> end.append("completes"));
        pull.run();
        System.out.println(what + ": the subscriber " + end + ", the source is "
                + (cancelled.get() ? "cancelled" : "not cancelled"));
    }
}
JAVA
java -cp 'lib/*' Until.java | tee out
grep -qx 'the trigger completes: the subscriber completes, the source is cancelled' out
grep -qx 'the trigger fails: the subscriber fails, the source is not cancelled' out
# Seen: the trigger completes: the subscriber completes, the source is cancelled
#       the trigger fails: the subscriber fails, the source is not cancelled
