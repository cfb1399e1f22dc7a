#!/usr/bin/env bash
# Spring Boot 4.1.1, its annotation processor for configuration metadata.
#
# The description of a property of a record is the text of its @param. One would think that it is looked for by the whole name.
# It is looked for by the beginning of the name: where `deadLetterAfter` is described before `deadLetter`, the description of
# `deadLetter`, which editors show, is the one of `deadLetterAfter`, with the rest of its name. The shorter name has to come first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

version=4.1.1
for artifact in spring-boot spring-boot-configuration-processor; do
    mvn -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.springframework.boot:$artifact:$version" -DoutputDirectory=lib
done

cat >Longer.java <<'JAVA'
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The longer name comes first.
 *
 * @param deadLetterAfter how long it waits
 * @param deadLetter where it goes
 */
@ConfigurationProperties("longer")
public record Longer(String deadLetterAfter, String deadLetter) {}
JAVA
cat >Shorter.java <<'JAVA'
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The shorter name comes first.
 *
 * @param deadLetter where it goes
 * @param deadLetterAfter how long it waits
 */
@ConfigurationProperties("shorter")
public record Shorter(String deadLetter, String deadLetterAfter) {}
JAVA
jars=$(printf '%s:' lib/*.jar)
javac -cp "$jars" -processorpath "$jars" -d classes Longer.java Shorter.java
python3 - <<'PY' | tee out
import json
for each in json.load(open('classes/META-INF/spring-configuration-metadata.json'))['properties']:
    if each['name'].endswith('dead-letter'):
        print(each['name'] + ': ' + each['description'])
PY
grep -qx 'longer.dead-letter: After how long it waits' out
grep -qx 'shorter.dead-letter: where it goes' out
# Seen: longer.dead-letter: After how long it waits
#       shorter.dead-letter: where it goes
