package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Subscribes, takes back, and asks, as the octets say; answers are those of a plain list. */
public final class SubscriptionsFuzz {
    private SubscriptionsFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Subscriptions subscriptions = new Subscriptions();
        List<Bytes> list = new ArrayList<>();
        int at = 0;
        while (at < data.length) {
            int action = data[at] & 3;
            int size = Math.min((data[at++] & 0xff) >> 2, data.length - at);
            Bytes topic = Bytes.copyOf(data, at, at + size);
            at += size;
            switch (action) {
                case 0, 1 -> {
                    check(subscriptions.subscribe(topic) == !list.contains(topic), topic);
                    list.add(topic);
                }
                case 2 -> {
                    boolean was = list.remove(topic);
                    check(subscriptions.unsubscribe(topic) == (was && !list.contains(topic)), topic);
                }
                default -> check(subscriptions.matches(topic) == list.stream().anyMatch(topic::startsWith), topic);
            }
            check(subscriptions.prefixes().isEmpty() == list.isEmpty(), topic);
        }
    }

    private static void check(boolean same, Bytes topic) {
        if (!same) {
            throw new AssertionError("differs for " + topic);
        }
    }
}
