package dev.wstuning.e2e.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No file of e2e/field is without its story, nor missing from the list of its README. */
class EveryFileHasAStoryTest {

  @Test
  void everyFileHasAStoryAndALineInTheReadme() throws IOException {
    Path folder = Cluster.root().resolve("e2e/field");
    String readme = Installation.read(folder.resolve("README.md"));
    assertThat(files(folder))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(readme).contains("[%1$s](%1$s)".formatted(f)))
        .allSatisfy(f -> assertThatCode(() -> Class.forName(story(f))).doesNotThrowAnyException());
  }

  @Test
  void everyPendingFileHasALineInTheReadme() throws IOException {
    Path folder = Cluster.root().resolve("e2e/field");
    String readme = Installation.read(folder.resolve("README.md"));

    assertThat(files(folder.resolve("pending")))
        .allSatisfy(f -> assertThat(readme).contains("[%1$s](pending/%1$s)".formatted(f)));
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".yaml")).toList();
    }
  }

  /** image-mirror.yaml has ImageMirrorIT. */
  private static String story(String file) {
    return Arrays.stream(file.replace(".yaml", "").split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining("", EveryFileHasAStoryTest.class.getPackageName() + ".", "IT"));
  }
}
