package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.docs.Page.Block;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every block of YAML in the pages is settings that there are, with values that fit them. */
class YamlBlockTests {

    /** Whose files Kubernetes' and Compose's are. */
    private static final List<String> OTHERS = List.of("apiVersion", "services");

    @TestFactory
    Stream<DynamicTest> fit() throws IOException {
        Map<String, String> types = types();
        return Page.all().stream()
                .flatMap(page -> page.blocks("yaml").stream())
                .map(block -> DynamicTest.dynamicTest(
                        block.toString(),
                        () -> assertThat(faults(block, types)).as("%s", block).isEmpty()));
    }

    @Test
    void aSettingThatIsNotThereIsFound() throws IOException {
        Page page = Page.of("README.md");
        assertThat(faults(new Block(page, 1, "zmtp.sockets.orders.tipe: pull", ""), types()))
                .singleElement()
                .asString()
                .contains("tipe");
        assertThat(faults(new Block(page, 1, "spring.main.keep-allive: true", ""), types()))
                .containsExactly("spring.main.keep-allive is no property");
    }

    private static List<String> faults(Block block, Map<String, String> types) throws IOException {
        List<String> faults = new ArrayList<>();
        for (PropertySource<?> document : load(block)) {
            String[] names = ((EnumerablePropertySource<?>) document).getPropertyNames();
            if (Arrays.stream(names).anyMatch(name -> OTHERS.contains(name.split("[.\\[]", 2)[0]))) {
                continue;
            }
            for (String name : names) {
                if (!name.startsWith("zmtp.") && !isKnown(name, types)) {
                    faults.add(name + " is no property");
                }
            }
            bind(document, faults);
        }
        return faults;
    }

    /** As the starter does it, which does not start with a key that it does not know. */
    private static void bind(PropertySource<?> document, List<String> faults) {
        Binder binder = new Binder(
                ConfigurationPropertySources.from(document),
                new PropertySourcesPlaceholdersResolver(List.of(document)),
                ApplicationConversionService.getSharedInstance());
        try {
            binder.bind(
                    "zmtp", Bindable.of(ZmtpProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
        } catch (RuntimeException fault) {
            faults.add(fault + ", by " + fault.getCause());
        }
    }

    private static List<PropertySource<?>> load(Block block) throws IOException {
        return new YamlPropertySourceLoader()
                .load(block.toString(), new ByteArrayResource(block.code().getBytes(StandardCharsets.UTF_8)));
    }

    /** A property of the metadata, or an entry of one that is a map or a list. */
    private static boolean isKnown(String name, Map<String, String> types) {
        String key = name.replaceAll("\\[[^]]*]", "");
        if (types.containsKey(canonical(key))) {
            return true;
        }
        while (key.contains(".")) {
            key = key.substring(0, key.lastIndexOf('.'));
            String type = types.getOrDefault(canonical(key), "");
            if (type.startsWith("java.util.Map") || type.startsWith("java.util.List")) {
                return true;
            }
        }
        return false;
    }

    private static String canonical(String name) {
        return ConfigurationPropertyName.adapt(name, '.').toString().replace("-", "");
    }

    private static Map<String, String> types() throws IOException {
        Map<String, String> types = new HashMap<>();
        ClassLoader loader = YamlBlockTests.class.getClassLoader();
        for (URL file : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream json = file.openStream()) {
                for (JsonNode property :
                        JsonMapper.shared().readTree(json.readAllBytes()).get("properties")) {
                    types.put(
                            canonical(property.get("name").asString()),
                            property.path("type").asString(""));
                }
            }
        }
        return types;
    }
}
