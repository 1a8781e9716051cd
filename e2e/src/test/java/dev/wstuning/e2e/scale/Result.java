package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.Cluster;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a part found, kept in a file, so that an interrupted run goes on after it.
 *
 * @param place the day and the machine
 * @param load how busy the machine was before
 */
record Result(String place, String load, List<Line> lines) {

  private static final Path FOLDER = Cluster.root().resolve("target/scale");

  static Optional<Result> of(Part part) {
    Path file = file(part);
    try {
      return Files.exists(file)
          ? Optional.of(Serialization.unmarshal(Files.readString(file), Result.class))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  void keep(Part part) {
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(file(part), Serialization.asJson(this));
    } catch (IOException e) {
      throw new UncheckedIOException("keep the result of " + part.name(), e);
    }
  }

  private static Path file(Part part) {
    return FOLDER.resolve(part.name() + ".json");
  }
}
