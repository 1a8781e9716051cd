package dev.wstuning.operator.prose;

import java.util.List;
import java.util.regex.Pattern;

/** A habit that docs/style.md keeps out, and what to write instead. */
record Habit(Pattern pattern, String instead) {

  private static final String ARROW = "=>";

  /** Reads lines of the form {@code PATTERN => INSTEAD}. */
  static List<Habit> parse(String lines) {
    return lines
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Habit::parseLine)
        .toList();
  }

  private static Habit parseLine(String line) {
    int arrow = line.lastIndexOf(ARROW);
    String words = line.substring(0, arrow).strip().replace(" ", "\\s+");
    return new Habit(
        Pattern.compile(words, Pattern.CASE_INSENSITIVE),
        line.substring(arrow + ARROW.length()).strip());
  }
}
