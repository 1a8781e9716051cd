package dev.wstuning.operator.prose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.crd.GeneratedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages can be reached, and the first one stays short. */
class PagesTest {

  private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
  private static final Pattern MENTION = Pattern.compile("docs/[a-z-]+\\.md(#[a-z0-9-]+)?");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Path ROOT = GeneratedFiles.root();

  @Test
  void everyLinkBetweenPagesLeadsSomewhere() throws IOException {
    List<String> broken =
        pages()
            .flatMap(
                page ->
                    LINK.matcher(text(page))
                        .results()
                        .map(link -> link.group(1))
                        .filter(target -> !target.contains("://"))
                        .filter(target -> !leads(page, target))
                        .map(target -> page + ": " + target))
            .toList();

    assertThat(broken).as("links that lead nowhere").isEmpty();
  }

  @Test
  void everyPageThatCodeNamesExists() throws IOException {
    List<String> broken =
        Stream.of(Area.OPERATOR_STRINGS, Area.TUNER_STRINGS, Area.MANIFESTS, Area.SCRIPTS)
            .flatMap(PagesTest::files)
            .flatMap(
                file ->
                    MENTION
                        .matcher(text(file))
                        .results()
                        .map(mention -> mention.group())
                        .filter(target -> !leads(Path.of("README.md"), target))
                        .map(target -> file + ": " + target))
            .toList();

    assertThat(broken).as("pages that do not exist").isEmpty();
  }

  @Test
  void everyPageOfTheDocsIsInTheirIndex() throws IOException {
    String index = text(Path.of("docs/README.md"));

    assertThat(pages().filter(page -> page.startsWith("docs") && !page.endsWith("README.md")))
        .isNotEmpty()
        .allSatisfy(page -> assertThat(index).contains("(" + page.getFileName() + ")"));
  }

  @Test
  void theFirstPageIsShort() {
    assertThat(text(Path.of("README.md")).lines()).hasSizeLessThanOrEqualTo(120);
  }

  private static boolean leads(Path page, String target) {
    String[] parts = target.split("#", 2);
    Path directory = ROOT.resolve(page).getParent();
    Path file = parts[0].isEmpty() ? ROOT.resolve(page) : directory.resolve(parts[0]).normalize();
    return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
  }

  /** The anchors that GitHub gives to the headings of a page. */
  private static List<String> anchors(Path file) {
    return HEADING
        .matcher(text(file))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .toList();
  }

  private static Stream<Path> pages() throws IOException {
    return Area.PAGES.files().stream();
  }

  private static Stream<Path> files(Area area) {
    try {
      return area.files().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + area, e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }
}
