package dev.wstuning.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.wstuning.e2e.support.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A resource in a file: {@code valid-*.yaml}, or {@code invalid-*.yaml}, which begins with lines
 * {@code # expect: } and a part of the message.
 */
record CrdCase(String file, String yaml, List<String> expected) {

  private static final String EXPECT = "# expect: ";

  static List<CrdCase> all() {
    Path folder = Cluster.root().resolve("e2e/src/test/resources/crd");
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(CrdCase::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  /** The resources of a case from the field that has no story; names of namespaces are left out. */
  static List<CrdCase> ofField(Path file) {
    String yaml = Installation.read(file);
    List<String> expected = expected(yaml);
    return Arrays.stream(yaml.split("\n---\n"))
        .filter(document -> document.contains("apiVersion: wstuning.dev/"))
        .map(
            d ->
                new CrdCase(
                    file.getFileName().toString(), d.replaceAll("namespace: .*", ""), expected))
        .toList();
  }

  private static List<String> expected(String yaml) {
    return yaml.lines()
        .takeWhile(line -> line.startsWith(EXPECT))
        .map(line -> line.substring(EXPECT.length()))
        .toList();
  }

  private static CrdCase read(Path file) {
    try {
      String yaml = Files.readString(file);
      return new CrdCase(file.getFileName().toString(), yaml, expected(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  boolean valid() {
    return file.matches("valid-[a-z0-9-]+\\.yaml");
  }

  boolean invalid() {
    return file.matches("invalid-[a-z0-9-]+\\.yaml");
  }

  /** The part of the URL that says of which kind it is. */
  String resource() {
    return yaml.contains("kind: WebSocketNodeTuning\n")
        ? "websocketnodetunings"
        : "namespaces/default/websockettunings";
  }

  /** As kubectl would send it: with the types of the YAML, not those of our classes. */
  String json() {
    try {
      return new ObjectMapper().writeValueAsString(new YAMLMapper().readTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException("convert " + file, e);
    }
  }
}
