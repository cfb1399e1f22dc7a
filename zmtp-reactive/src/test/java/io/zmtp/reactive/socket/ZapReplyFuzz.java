package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Verdict;
import java.util.ArrayList;
import java.util.List;

/** What a ZAP handler may reply, parts divided by the octet 0xff: a verdict, whatever it is. */
public final class ZapReplyFuzz {
    private ZapReplyFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        List<Bytes> parts = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= data.length; at++) {
            if (at == data.length || data[at] == -1) {
                parts.add(Bytes.copyOf(data, from, at));
                from = at + 1;
            }
        }
        Message reply = Message.of(parts);
        if (Zap.idOf(reply) != null) {
            Verdict verdict = Zap.verdict(reply);
            boolean says200 = reply.size() == 7 && reply.part(3).equals(Bytes.utf8("200"));
            if (verdict instanceof Verdict.Accept && !says200) {
                throw new AssertionError("lets in by " + reply);
            }
        }
    }
}
