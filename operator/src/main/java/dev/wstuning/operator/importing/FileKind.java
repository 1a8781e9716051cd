package dev.wstuning.operator.importing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of files that can be imported, each with what its lines look like. */
public enum FileKind {
  /** sysctl.conf and the files of sysctl.d. */
  SYSCTL("-?\\s*[a-z0-9_]+[./].*=.*"),
  /** limits.conf and the files of limits.d. */
  LIMITS("\\S+\\s+(soft|hard|-)\\s+[a-z]+\\s+\\S+.*"),
  /** Units of systemd, their drop-ins, and system.conf. */
  UNIT("\\[[A-Za-z][A-Za-z -]*]|[A-Z][A-Za-z]*\\s*=.*");

  private final Pattern lines;

  FileKind(String lines) {
    this.lines = Pattern.compile(lines, Pattern.DOTALL);
  }

  /** What users write for it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<FileKind> ofLabel(String label) {
    return Arrays.stream(values()).filter(k -> k.label().equals(label)).findFirst();
  }

  /** The kind that most lines look like; empty if no line looks like any. */
  static Optional<FileKind> of(List<Line> lines) {
    return Arrays.stream(values())
        .filter(kind -> kind.count(lines) > 0)
        .max(Comparator.comparingLong(kind -> kind.count(lines)));
  }

  private long count(List<Line> all) {
    return all.stream().filter(line -> lines.matcher(line.text()).matches()).count();
  }
}
