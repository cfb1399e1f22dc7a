#!/usr/bin/env bash
# spring-messaging 7.0.9.
#
# The convertSendAndReceive of messaging templates returns null where no reply came in time. It also returns null where a
# reply came that says that the request failed: an ErrorMessage. Its payload, the exception, is no value of the wanted
# type, and the default converter answers null to that. StringMessageConverter throws, but about a cast to byte[]: what
# failed is hidden too. Only sendAndReceive, which converts nothing, shows it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-messaging</artifactId><version>7.0.9</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >/dev/null

cat >Replies.java <<'JAVA'
import org.springframework.messaging.*;
import org.springframework.messaging.converter.*;
import org.springframework.messaging.core.GenericMessagingTemplate;
import org.springframework.messaging.support.*;

public class Replies {
    public static void main(String[] arguments) {
        Message<?> failure = new ErrorMessage(new IllegalStateException("no tea left"));
        for (MessageConverter converter : new MessageConverter[] {new SimpleMessageConverter(), new StringMessageConverter()}) {
            System.out.println(converter.getClass().getSimpleName());
            System.out.println("  a text: " + ask(converter, new GenericMessage<>("tea")));
            System.out.println("  an ErrorMessage: " + ask(converter, failure));
        }
        Message<?> reply = new GenericMessagingTemplate().sendAndReceive(channel(failure), new GenericMessage<>("?"));
        System.out.println("unconverted: " + reply.getPayload());
    }

    static Object ask(MessageConverter converter, Message<?> reply) {
        GenericMessagingTemplate template = new GenericMessagingTemplate();
        template.setMessageConverter(converter);
        try {
            return template.convertSendAndReceive(channel(reply), "?", String.class);
        } catch (RuntimeException thrown) {
            return thrown.getClass().getSimpleName() + (thrown.getMessage().contains("no tea left") ? ", says why" : "");
        }
    }

    /** Answers with a message, at once. */
    static MessageChannel channel(Message<?> reply) {
        return new MessageChannel() {
            @Override
            public boolean send(Message<?> message, long timeout) {
                return ((MessageChannel) message.getHeaders().getReplyChannel()).send(reply);
            }
        };
    }
}
JAVA
java -cp 'lib/*' Replies.java 2>/dev/null | tee seen

cat >expected <<'OUT'
SimpleMessageConverter
  a text: tea
  an ErrorMessage: null
StringMessageConverter
  a text: tea
  an ErrorMessage: ClassCastException
unconverted: java.lang.IllegalStateException: no tea left
OUT
diff expected seen && echo "as stated"
