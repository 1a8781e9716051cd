package dev.wstuning.operator.prose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No text for people has more habits of habits.txt than allowances.properties allows. An allowance
 * may exceed what is there by a fifth and three, so that branches can be merged in any order.
 */
class PlainEnglishTest {

  private static final Path GENERATED_FROM_CRDS = Path.of("docs/reference.md");

  private final List<Habit> habits = Habit.parse(resource("habits.txt"));

  @ParameterizedTest
  @EnumSource
  void anAreaHasNoMoreBadHabitsThanItsAllowance(Area area) throws IOException {
    int allowance = Integer.parseInt(allowances().getProperty(area.name(), "0"));

    assertThat(area.files()).isNotEmpty();
    List<String> found =
        area.files().stream()
            .filter(file -> !file.equals(GENERATED_FROM_CRDS))
            .flatMap(file -> habits(area, file))
            .toList();

    assertThat(found.size())
        .as(
            "habits in %s, see docs/style.md:%n%s%n%d of them; %d are allowed",
            area, String.join("\n", found), found.size(), allowance)
        .isLessThanOrEqualTo(allowance);
    assertThat(allowance)
        .as(
            "%s improved to %d: write that number into prose/allowances.properties",
            area, found.size())
        .isLessThanOrEqualTo(found.size() + found.size() / 5 + 3);
  }

  private Stream<String> habits(Area area, Path file) {
    String prose = area.prose.of(text(file));
    return habits.stream()
        .flatMap(
            habit ->
                habit
                    .pattern()
                    .matcher(prose)
                    .results()
                    .map(match -> describe(file, prose, match, habit)));
  }

  private static String describe(Path file, String prose, MatchResult match, Habit habit) {
    long line = 1 + prose.substring(0, match.start()).chars().filter(c -> c == '\n').count();
    String words = match.group().replaceAll("\\s+", " ");
    return "%s:%d: \"%s\": write %s".formatted(file, line, words, habit.instead());
  }

  @Test
  void aPhraseIsFoundAcrossLinesAndJoinedStrings() {
    assertThat(Prose.COMMENTS.of("a();\n  // so\n  // many\n")).containsPattern("so\\s+many");
    assertThat(Prose.COMMENTS.of("/**\n * so\n * many\n */")).containsPattern("so\\s+many");
    assertThat(Prose.STRINGS.of("x(\"so\"\n  + \" many\")")).containsPattern("so\\s+many");
    assertThat(Prose.HASHES.of("# so\n# many\n")).containsPattern("so\\s+many");
    assertThat(Prose.PAGE.of("so\nmany")).containsPattern("so\\s+many");
  }

  @Test
  void codeIsNoProse() {
    assertThat(Prose.STRINGS.of("so(\"x\", \"y\"); // many")).doesNotContain("so", "many");
    assertThat(Prose.STRINGS.of("x(\"so\", \"many\")")).doesNotContainPattern("so\\s+many");
    assertThat(Prose.COMMENTS.of("x(\"http://so\"); // many")).doesNotContain("so");
    assertThat(Prose.PAGE.of("`so many`")).doesNotContain("so");
  }

  private static Properties allowances() throws IOException {
    Properties allowances = new Properties();
    try (InputStream file = open("allowances.properties")) {
      allowances.load(file);
    }
    assertThat(Stream.of(Area.values()).map(Area::name).toList())
        .containsAll(allowances.stringPropertyNames());
    return allowances;
  }

  private static String text(Path file) {
    try {
      return Area.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static String resource(String name) {
    try (InputStream file = open(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + name, e);
    }
  }

  private static InputStream open(String name) {
    return PlainEnglishTest.class.getResourceAsStream("/prose/" + name);
  }
}
