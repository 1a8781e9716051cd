package dev.wstuning.operator.pod.tuner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The reports in {@code tuner/testdata}, which the tests of the tuner read as well. */
final class Samples {

  /** What the samples are about, valid or not. */
  static final String PLAN = "0123456789ab";

  static final String START = "8f14e45f";

  private static final Path DIRECTORY = Path.of("../tuner/testdata");

  private Samples() {}

  static String text(String name) {
    try {
      return Files.readString(DIRECTORY.resolve(name + ".json")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("read sample " + name, e);
    }
  }

  static List<String> names(String prefix) {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(f -> f.getFileName().toString().replace(".json", ""))
          .filter(n -> n.startsWith(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + DIRECTORY, e);
    }
  }
}
