package io.zmtp.spring.listener.source;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.replay.Update;
import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ReplaySubscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The updates of a subscription without gaps. Whoever takes them again goes on behind the last one that was handed out. */
final class ReplaySource extends ListenerSource {

    private static final Message NOTHING = Message.of(Bytes.EMPTY);

    private final ReplaySubscription subscription;

    /** The last update of each publication. */
    private final Map<Endpoint, Update> last = new ConcurrentHashMap<>();

    ReplaySource(ReplaySubscription subscription) {
        super(SocketType.SUB, null);
        this.subscription = subscription;
    }

    private record Numbered(Update update) implements Arrival {}

    @Override
    public OnGap onGap() {
        return subscription.onGap();
    }

    @Override
    public Mono<Void> take(List<String> topics, Taker taker, int atATime) {
        return Taking.of(
                () -> updates(topics), taker, (to, update) -> to.take(messageOf(update), new Numbered(update)));
    }

    private static Message messageOf(Update update) {
        return update instanceof Published published ? published.message() : NOTHING;
    }

    @Override
    public Flux<?> stream(List<String> topics, Class<?> element) {
        Flux<Update> updates = updates(topics);
        if (Update.class.isAssignableFrom(element)) {
            return updates.filter(element::isInstance);
        }
        return updates.ofType(Published.class).map(Published::message);
    }

    private Flux<Update> updates(List<String> topics) {
        Map<Endpoint, Start> behind = new HashMap<>();
        last.forEach((publication, update) -> behind.put(publication, Start.after(update)));
        return subscription.updates(topics, behind, this::handedOut);
    }

    private void handedOut(Update update) {
        last.put(update.endpoint(), update);
    }
}
