#!/usr/bin/env bash
# reactor-core and reactor-test 3.8.7.
#
# VirtualTimeScheduler.getOrSet() replaces Schedulers' factory, and each kind of scheduler is made at its first use. If
# two threads use Schedulers.parallel() for the first time at once, both make one; the loser of the race is disposed,
# and as every kind is backed by the one VirtualTimeScheduler, that is disposed too: from then on virtual time stands
# still and each task is rejected, in every thread of the test. Call Schedulers.parallel() (and single(), boundedElastic())
# once right after getOrSet() to be safe.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.projectreactor</groupId><artifactId>reactor-test</artifactId><version>3.8.7</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >/dev/null

cat >Race.java <<'JAVA'
import java.util.concurrent.CyclicBarrier;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

public class Race {
    public static void main(String[] arguments) throws Exception {
        System.out.println("used first by one thread: disposed " + (disposed(1, 2_000) > 0 ? "sometimes" : "never"));
        System.out.println("used first by two threads at once: disposed " + (disposed(2, 20_000) > 0 ? "sometimes" : "never"));
        System.exit(0);
    }

    /** How often virtual time is disposed when so many threads ask for a scheduler. */
    static int disposed(int threads, int times) throws Exception {
        int count = 0;
        for (int i = 0; i < times && count == 0; i++) {
            VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
            CyclicBarrier together = new CyclicBarrier(threads);
            Thread[] all = new Thread[threads];
            for (int t = 0; t < threads; t++) {
                all[t] = new Thread(() -> {
                    try {
                        together.await();
                    } catch (Exception stopped) {
                        throw new IllegalStateException(stopped);
                    }
                    Schedulers.parallel();
                });
                all[t].start();
            }
            for (Thread each : all) {
                each.join();
            }
            count += time.isDisposed() ? 1 : 0;
            VirtualTimeScheduler.reset();
        }
        return count;
    }
}
JAVA
java -cp 'lib/*' Race.java 2>/dev/null | tee seen

cat >expected <<'OUT'
used first by one thread: disposed never
used first by two threads at once: disposed sometimes
OUT
diff expected seen && echo "as stated"
