package dev.wstuning.operator.prose;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of a file is written for people. Everything else is replaced character by character,
 * so that places in the prose are places in the file.
 */
enum Prose {
  /** A Markdown page without code in backticks. */
  PAGE {
    @Override
    String of(String text) {
      return blank(text, CODE, "|");
    }
  },
  /** A file whose comments start with a hash: YAML, a script, a Makefile. */
  HASHES {
    @Override
    String of(String text) {
      return blank(text, HASHES_OF_LINE, " ");
    }
  },
  /** The strings of Java or Go. Strings that a plus joins are one text. */
  STRINGS {
    @Override
    String of(String text) {
      return keep("string", text, "\"");
    }
  },
  /** The comments of Java, Go or C. Comments that follow each other are one text. */
  COMMENTS {
    @Override
    String of(String text) {
      return keep("comment", text, "//+|/\\*+|\\*+/|(?m:^\\s*\\*)");
    }
  };

  private static final String CODE = "(?<!`)`[^`]+`(?!`)";
  private static final String HASHES_OF_LINE = "(?m)^ *#+";
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<comment>//[^\n]*|/\\*(?s:.*?)\\*/)"
              + "|(?<string>\"\"\"(?s:.*?)\"\"\"|\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|`[^`]*`)"
              + "|'(?:\\\\.|[^'\\\\\n])+'");
  private static final Pattern JOINT = Pattern.compile("[\\s+]*");

  abstract String of(String text);

  private static String keep(String kind, String text, String marks) {
    StringBuilder prose = new StringBuilder();
    for (Matcher token = TOKEN.matcher(text); token.find(); ) {
      if (token.group(kind) != null) {
        String between = text.substring(prose.length(), token.start());
        prose.append(blank(between, "\\S", JOINT.matcher(between).matches() ? " " : "|"));
        prose.append(blank(token.group(), marks, " "));
      }
    }
    return prose.toString();
  }

  private static String blank(String text, String regex, String by) {
    return Pattern.compile(regex)
        .matcher(text)
        .replaceAll(match -> match.group().replaceAll("[^\n]", by));
  }
}
