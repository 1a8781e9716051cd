package dev.wstuning.operator.importing;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A file that is imported.
 *
 * @param name as messages have it
 */
public record ImportedFile(String name, String text) {

  /** The lines that say something, without blanks at both ends, and without a byte order mark. */
  List<Line> meaningful() {
    List<String> lines = text.replaceFirst("^\\uFEFF", "").lines().toList();
    return IntStream.range(0, lines.size())
        .mapToObj(i -> new Line(name, i + 1, lines.get(i).strip()))
        .filter(line -> !isComment(line.text()))
        .toList();
  }

  private static boolean isComment(String text) {
    return text.isEmpty() || Stream.of("#", ";").anyMatch(text::startsWith);
  }
}
