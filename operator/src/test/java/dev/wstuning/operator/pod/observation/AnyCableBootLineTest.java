package dev.wstuning.operator.pod.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnyCableBootLineTest {

  private static final String PREFIX = "2026-11-24 10:00:00.000 INF ";
  private static final String LINE =
      PREFIX
          + "Starting AnyCable 1.6.16 (pid: 1, open file limit: 20000, gomaxprocs: 2) nodeid=x\n";

  /** Logs as AnyCable-Go writes them; the name of a file ends with what is read from it. */
  @ParameterizedTest
  @MethodSource("samples")
  void aLog(String file, String said) throws IOException {
    String log = Files.readString(directory().resolve(file));

    assertThat(said(log)).isEqualTo(said);
  }

  private static String said(String log) {
    return AnyCableBootLine.in(log)
        .map(line -> line.limit().isPresent() ? "" + line.limit().getAsLong() : "unknown")
        .orElse("nothing");
  }

  @Test
  void colouredLogsHaveColours() throws IOException {
    for (String file : files()) {
      assertThat(Files.readString(directory().resolve(file)).contains("\u001B["))
          .as(file)
          .isEqualTo(file.contains("coloured"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "open file limit: 5\n",
        "Starting AnyCable 1.6.16 (pid: 1, open file limit: 5)\n", // no line of a log
        "2026-11-24 10:00:00.000 DBG Starting AnyCable 1.6.16 (open file limit: 5)\n",
        "2026-11-24 10:00:00.000 INF Received: Starting AnyCable 1 (open file limit: 5)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable\n",
        "2026-11-24 10:00:00.000 INF Starting Cable 1 (open file limit: 5)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: )\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: -5)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: 5", // cut
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: 0x5)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: 2147483585)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: 18446744073709551615)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: 5\u0000)\n",
        "2026-11-24 10:00:00.000 INF Starting AnyCable 1 (open file limit: ٥)\n",
        "{\"level\":\"INFO\",\"msg\":\"Starting AnyCable 1 (open file limit: 5\n",
        "{\"level\":\"DEBUG\",\"msg\":\"Starting AnyCable 1 (open file limit: 5)\"}\n",
        "{\"level\":\"INFO\",\"msg\":{\"a\":\"Starting AnyCable 1 (open file limit: 5)\"}}\n",
        "{\"level\":\"INFO\",\"data\":\"Starting AnyCable 1 (open file limit: 5)\"}\n",
        "{\"level\":\"INFO\",\"msg\":\"Client: Starting AnyCable 1 (open file limit: 5)\"}\n",
      })
  void whatSaysNothing(String log) {
    assertThat(AnyCableBootLine.in(log)).isEmpty();
  }

  @Test
  void onlyTheFirstCountsForLaterOnesMayComeFromAClient() {
    assertThat(AnyCableBootLine.in(LINE + LINE.replace("20000", "5")))
        .hasValue(new AnyCableBootLine(OptionalLong.of(20_000)));
    assertThat(AnyCableBootLine.in(PREFIX + "Starting AnyCable v0.6.2 (pid: 1)\n" + LINE))
        .isEmpty();
  }

  @Test
  void theRestOfALongLogIsNotLookedAt() {
    String other = "2026-11-24 10:00:00.000 INF something else\n";
    String before = other.repeat((AnyCableBootLine.MAX_BYTES - LINE.length()) / other.length());

    assertThat(AnyCableBootLine.in(before + LINE)).isPresent();
    assertThat(AnyCableBootLine.in(before + other.repeat(10) + LINE)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void noLineTakesLong(String unit) {
    String log = unit.repeat(10_000_000 / unit.length());

    Assertions.assertTimeout(
        Duration.ofSeconds(1), () -> assertThat(AnyCableBootLine.in(log)).isEmpty());
  }

  static List<String> hostile() {
    return List.of(
        "I 2026-11-24T10:00:00.000Z " + "a=a ".repeat(16_000),
        "I 2026-11-24T" + "a".repeat(64_000),
        "\u001B[",
        "\u001B[" + "0;".repeat(30_000),
        "[".repeat(65_000),
        "{\"a\":",
        "{\"level\":" + "[".repeat(65_000),
        PREFIX + "Starting AnyCable 1 " + "open file limit: ".repeat(3_000),
        "\n",
        "\r",
        "\u0000");
  }

  static Stream<Arguments> samples() {
    return files().stream()
        .map(
            file ->
                Arguments.of(file, file.substring(file.lastIndexOf('-') + 1).replace(".txt", "")));
  }

  private static List<String> files() {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".txt"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list the samples of boot lines", e);
    }
  }

  private static Path directory() {
    return Path.of("src/test/resources/bootlines");
  }
}
