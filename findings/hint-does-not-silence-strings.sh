#!/usr/bin/env bash
# spring-core 7.0.9.
#
# Hints.SUPPRESS_LOGGING_HINT is there to keep codecs from logging what they read. StringDecoder does not look at it: it
# logs each text at DEBUG, whichever of its decode methods is called. An application that must not have payloads in a log
# cannot leave texts to it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-core</artifactId><version>7.0.9</version></dependency>
    <dependency><groupId>io.projectreactor</groupId><artifactId>reactor-core</artifactId><version>3.8.7</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >/dev/null

cat >Strings.java <<'JAVA'
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.logging.*;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.*;
import org.springframework.core.io.buffer.*;
import reactor.core.publisher.Flux;

public class Strings {
    static final StringBuilder LOGGED = new StringBuilder();
    static final Logger ROOT = Logger.getLogger("");

    public static void main(String[] arguments) {
        for (Handler each : ROOT.getHandlers()) {
            ROOT.removeHandler(each);
        }
        ROOT.setLevel(Level.ALL);
        ROOT.addHandler(new Handler() {
            @Override public void publish(LogRecord line) { LOGGED.append(line.getMessage()); }
            @Override public void flush() {}
            @Override public void close() {}
        });
        ResolvableType type = ResolvableType.forClass(String.class);
        Map<String, Object> hints = Map.of(Hints.SUPPRESS_LOGGING_HINT, true);
        StringDecoder decoder = StringDecoder.allMimeTypes();
        decoder.decode(Flux.just(buffer()), type, null, hints).blockLast();
        System.out.println("decode(Publisher): " + said());
        decoder.decode(buffer(), type, null, hints);
        System.out.println("decode(DataBuffer): " + said());
    }

    static DataBuffer buffer() {
        return DefaultDataBufferFactory.sharedInstance.wrap("balance".getBytes(StandardCharsets.UTF_8));
    }

    static String said() {
        String said = LOGGED.indexOf("balance") < 0 ? "silent" : "logs the text";
        LOGGED.setLength(0);
        return said;
    }
}
JAVA
java -cp 'lib/*' Strings.java 2>/dev/null | tee seen

cat >expected <<'OUT'
decode(Publisher): logs the text
decode(DataBuffer): logs the text
OUT
diff expected seen && echo "as stated"
