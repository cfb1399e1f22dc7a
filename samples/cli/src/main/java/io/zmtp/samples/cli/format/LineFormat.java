package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A message a line. */
abstract class LineFormat implements Format {

    static final byte TAB = '\t';
    static final byte NEWLINE = '\n';

    @Override
    public final Reader reader(InputStream in) {
        Lines lines = new Lines(in);
        return () -> {
            byte[] line = lines.next();
            return line == null ? null : parse(line);
        };
    }

    /** What stands between tabs. */
    static List<Bytes> split(byte[] line) {
        List<Bytes> fields = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < line.length; at++) {
            if (line[at] == TAB) {
                fields.add(Bytes.copyOf(line, from, at));
                from = at + 1;
            }
        }
        fields.add(from == 0 ? Bytes.wrap(line) : Bytes.copyOf(line, from, line.length));
        return fields;
    }
}
