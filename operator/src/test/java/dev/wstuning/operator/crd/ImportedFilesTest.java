package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.importing.ImportArguments;
import dev.wstuning.operator.importing.ImportedFile;
import dev.wstuning.operator.importing.KeyName;
import dev.wstuning.operator.importing.NoPlace;
import dev.wstuning.operator.importing.Translation;
import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import dev.wstuning.operator.sysctl.SysctlKey;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What random files become: the API server accepts it, and no line is lost without a word. */
class ImportedFilesTest {

  private static final int FILES = 2000;
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern REMARK = Pattern.compile("#   (f[0-9]):([0-9,-]+)(?:: .*)?");

  private static final List<String> KEYS =
      Stream.of(
              Arrays.stream(Sysctl.values()).map(SysctlKey::key),
              Arrays.stream(NodeSysctl.values()).map(SysctlKey::key),
              Arrays.stream(NoPlace.values()).flatMap(none -> none.keys().stream().limit(1)),
              KeyName.OTHERS.values().stream().flatMap(List::stream),
              Stream.of("net.ipv4.conf.*.rp_filter", "kernel.shmall", "no.such.key", "x"))
          .flatMap(keys -> keys)
          .toList();

  private static final List<String> VALUES =
      List.of(
          "0",
          "1",
          "2",
          "8",
          "15",
          "64",
          "300",
          "1024",
          "4096",
          "65536",
          "212992",
          "1048576",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "010",
          "0x10",
          "-1",
          "+5",
          "",
          "on",
          "1024 65535",
          "2000 65000",
          "4096\t87380\t16777216",
          "  4096   8192 4096 ",
          "1 2 3 4",
          "300 # quick",
          "\u0663",
          "'300'");

  private static final List<String> LIMITS =
      List.of(
          "* - nofile 65536",
          "* soft nofile 1024",
          "* hard nofile 524288",
          "a - nofile 70000",
          "* - nofile unlimited",
          "* - nofile 12",
          "* soft nproc 5",
          "@b hard nofile 2000000",
          "* - nofile x",
          "# * - nofile 5",
          "",
          "root - core 0",
          "* soft nofile");

  private static final List<String> UNITS =
      List.of(
          "[Service]",
          "LimitNOFILE=65536",
          "LimitNOFILE=1024:524288",
          "LimitNOFILE=infinity",
          "LimitNOFILE=",
          "LimitNOFILE=a",
          "DefaultLimitNOFILE=3000000",
          "TasksMax=5",
          "User=x",
          "; LimitNOFILE=1",
          "LimitNOFILE=30000:infinity",
          "LimitNOFILE=99999999999");

  private final Map<String, JSONSchemaProps> schemas =
      Map.of(
          "WebSocketTuning", Crd.schema(WebSocketTuning.class),
          "WebSocketNodeTuning", Crd.schema(WebSocketNodeTuning.class));

  private final Random random = new Random(20260101);

  @Test
  void theApiServerAcceptsWhatBecomesOfThem() throws IOException {
    int documents = 0;
    for (int i = 0; i < FILES; i++) {
      List<ImportedFile> files = files();
      for (JsonNode document : documents(translate(files).manifest())) {
        documents++;
        String kind = document.get("kind").asText();
        assertThat(SchemaCheck.problems(schemas.get(kind), fields(document), kind))
            .as("%s of %s", document, files)
            .isEmpty();
        assertThat(document.get("metadata")).allMatch(JsonNode::isTextual);
        assertThat(rules(kind, document.get("spec"))).as("%s of %s", document, files).isEmpty();
      }
    }
    assertThat(documents).isGreaterThan(FILES);
  }

  @Test
  void everyLineIsTakenOrHasARemark() {
    for (int i = 0; i < FILES; i++) {
      List<ImportedFile> files = files();
      Translation translation = translate(files);
      Set<String> remarked = remarked(translation.manifest());
      for (ImportedFile file : files) {
        List<String> lines = file.text().lines().toList();
        for (int n = 1; n <= lines.size(); n++) {
          String line = lines.get(n - 1).strip();
          assertThat(
                  line.isEmpty()
                      || line.matches("[#;].*")
                      || remarked.contains(file.name() + ":" + n)
                      || taken(line, translation.manifest()))
              .as("line %d of %s in%n%s", n, file, translation.manifest())
              .isTrue();
        }
      }
    }
  }

  private List<ImportedFile> files() {
    List<ImportedFile> files = new ArrayList<>();
    IntStream.rangeClosed(1, 1 + random.nextInt(3))
        .forEach(n -> files.add(new ImportedFile("f" + n, file())));
    return files;
  }

  private String file() {
    List<String> lines = new ArrayList<>();
    int kind = random.nextInt(3);
    lines.add(List.of("net.core.somaxconn = 4096", "* - nofile 65536", "[Service]").get(kind));
    for (int i = random.nextInt(12); i > 0; i--) {
      lines.add(kind == 0 ? sysctl() : any(kind == 1 ? LIMITS : UNITS));
    }
    return String.join(random.nextInt(5) == 0 ? "\r\n" : "\n", lines);
  }

  private String sysctl() {
    String key = any(KEYS);
    return (random.nextInt(6) == 0 ? "-" : "")
        + (random.nextInt(6) == 0 ? key.replace('.', '/') : key)
        + any(List.of("=", " = ", "= ", " =", " "))
        + any(VALUES);
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static Translation translate(List<ImportedFile> files) {
    return Translation.of(files, ImportArguments.of(List.of("--namespace=no", "x")));
  }

  private static List<JsonNode> documents(String manifest) throws IOException {
    try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(manifest)) {
      return values.readAll().stream().filter(d -> !d.isNull() && !d.isMissingNode()).toList();
    }
  }

  /** What the schema is about. */
  private static JsonNode fields(JsonNode document) {
    return YAML.createObjectNode().set("spec", document.get("spec"));
  }

  /** The rules of the CRDs that such a document could break. */
  private static List<String> rules(String kind, JsonNode spec) {
    List<String> broken = new ArrayList<>();
    Set<String> names = new HashSet<>();
    spec.path("sysctls")
        .forEach(
            entry -> {
              String name = entry.get("name").asText();
              String value = entry.get("value").asText();
              if (!names.add(name)) {
                broken.add(name + " is given twice");
              }
              (kind.equals("WebSocketTuning")
                      ? Sysctl.ofKey(name).filter(s -> !s.keepalive()).map(SysctlKey.class::cast)
                      : NodeSysctl.ofKey(name).map(SysctlKey.class::cast))
                  .ifPresentOrElse(
                      key -> key.problemWith(value).ifPresent(broken::add),
                      () -> broken.add(name + " is not supported"));
            });
    if (!spec.has("sysctls") && !spec.has("openFiles") && !spec.has("keepalive")) {
      broken.add("nothing to tune");
    }
    return broken;
  }

  private static Set<String> remarked(String manifest) {
    Set<String> places = new HashSet<>();
    for (MatchResult remark : REMARK.matcher(manifest).results().toList()) {
      for (String range : remark.group(2).split(",")) {
        String[] ends = range.split("-");
        int first = Integer.parseInt(ends[0]);
        int last = Integer.parseInt(ends[ends.length - 1]);
        IntStream.rangeClosed(first, last).forEach(n -> places.add(remark.group(1) + ":" + n));
      }
    }
    return places;
  }

  /** Whether its number stands in a manifest, next to the key if it has one. */
  private static boolean taken(String line, String manifest) {
    String[] parts = line.split("=", 2);
    String value = Sysctl.normalise(parts[parts.length - 1].replaceFirst("\\s#.*", "").strip());
    String key = parts[0].strip().replaceFirst("^-", "").replace('/', '.');
    return switch (key) {
      case "net.ipv4.tcp_keepalive_time" -> manifest.contains("timeSeconds: " + value + ",");
      case "net.ipv4.tcp_keepalive_intvl" -> manifest.contains("intervalSeconds: " + value + ",");
      case "net.ipv4.tcp_keepalive_probes" -> manifest.contains("probes: " + value + "}");
      case "LimitNOFILE", "DefaultLimitNOFILE" -> manifest.contains("minimum: " + value + "}");
      default ->
          line.contains(" nofile ")
              ? manifest.contains("minimum: " + line.replaceFirst(".* ", "") + "}")
              : manifest.contains("- {name: " + key + ", value: \"" + value + "\"}");
    };
  }
}
