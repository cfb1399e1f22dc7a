package io.zmtp.spring.autoconfigure;

import io.zmtp.spring.core.ZmtpMessageConverter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.core.codec.ByteArrayEncoder;
import org.springframework.core.codec.ByteBufferDecoder;
import org.springframework.core.codec.ByteBufferEncoder;
import org.springframework.core.codec.CharSequenceEncoder;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.Encoder;
import org.springframework.core.codec.StringDecoder;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import tools.jackson.databind.json.JsonMapper;

/**
 * Converts payloads: texts and octets always, JSON with Jackson where the application has a {@code JsonMapper} and Spring's
 * codecs (spring-web). Beans of type {@code Encoder} and {@code Decoder} take part, in their order.
 *
 * @since 0.1
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(ZmtpMessageConverter.class)
public final class ZmtpCodecAutoConfiguration {

    ZmtpCodecAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ZmtpMessageConverter zmtpMessageConverter(
            ObjectProvider<Encoder<?>> encoders, ObjectProvider<Decoder<?>> decoders) {
        List<Encoder<?>> writing = new ArrayList<>(
                List.of(CharSequenceEncoder.allMimeTypes(), new ByteArrayEncoder(), new ByteBufferEncoder()));
        List<Decoder<?>> reading =
                new ArrayList<>(List.of(new ByteArrayDecoder(), new ByteBufferDecoder(), StringDecoder.allMimeTypes()));
        writing.addAll(encoders.orderedStream().toList());
        reading.addAll(decoders.orderedStream().toList());
        return new ZmtpMessageConverter(writing, reading);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JsonMapper.class, JacksonJsonEncoder.class})
    @ConditionalOnBean(JsonMapper.class)
    static class JsonConfiguration {

        @Bean
        @Order(0)
        @ConditionalOnMissingBean
        JacksonJsonEncoder zmtpJsonEncoder(JsonMapper mapper) {
            return new PlainJsonEncoder(mapper);
        }

        @Bean
        @Order(0)
        @ConditionalOnMissingBean
        JacksonJsonDecoder zmtpJsonDecoder(JsonMapper mapper) {
            return new JacksonJsonDecoder(mapper);
        }
    }
}
