package dev.wstuning.operator.importing;

import java.util.Locale;
import java.util.Set;

/** Puts text into YAML. */
final class Words {

  private static final int LONGEST_COMMENT = 400;
  private static final int LONGEST_WORDS = 100;

  /** Plain scalars that YAML does not read as text. */
  private static final Set<String> NO_TEXT =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  private Words() {}

  /** A name or label as a scalar that is read as text. */
  static String scalar(String value) {
    boolean plain =
        value.matches("[A-Za-z]([A-Za-z0-9._/-]*[A-Za-z0-9])?")
            && !NO_TEXT.contains(value.toLowerCase(Locale.ROOT));
    return plain ? value : '"' + value + '"';
  }

  /** A line of a comment, which nothing from a file can end. */
  static String plain(String comment) {
    String line = comment.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", " ");
    return cut(line, LONGEST_COMMENT);
  }

  /** What a file has, short enough to leave room for what is said about it. */
  static String brief(String text) {
    return cut(text, LONGEST_WORDS);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "...";
  }
}
