#!/usr/bin/env bash
# OpenJDK 17 and 25, Linux.
#
# A test kills a process and then reads the last lines that it wrote. One would think that Process.destroyForcibly() sends a signal, and that
# what is in the pipe can be read still. It also closes the streams to the process, and what nobody has read yet is lost, so
# that the process seems to have said less than it has. ProcessHandle.destroyForcibly(), of toHandle(), sends the signal only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >Kill.java <<'JAVA'
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;

public class Kill {

    public static void main(String[] arguments) throws Exception {
        System.out.println("Process: " + lastLine(false));
        System.out.println("ProcessHandle: " + lastLine(true));
    }

    private static String lastLine(boolean byHandle) throws Exception {
        File ready = File.createTempFile("ready", null, new File("."));
        ready.delete();
        Process process = new ProcessBuilder("sh", "-c", "echo hello; touch " + ready + "; sleep 60").start();
        while (!ready.exists()) {
            Thread.sleep(10);
        }
        if (byHandle) {
            process.toHandle().destroyForcibly();
        } else {
            process.destroyForcibly();
        }
        process.waitFor();
        try (BufferedReader output = process.inputReader()) {
            return output.readLine();
        } catch (IOException lost) {
            return lost.getMessage();
        }
    }
}
JAVA
java -version 2>&1 | head -1
java Kill.java | tee out
grep -qx 'Process: Stream closed' out
grep -qx 'ProcessHandle: hello' out
# Seen: Process: Stream closed
#       ProcessHandle: hello
