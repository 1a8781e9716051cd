package dev.wstuning.operator.importing;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a unit of systemd, or its system.conf, says of open files. */
final class UnitLines {

  private static final Pattern DIRECTIVE =
      Pattern.compile("([A-Za-z]+)\\s*=\\s*(.*)", Pattern.DOTALL);
  private static final Set<String> OPEN_FILES = Set.of("LimitNOFILE", "DefaultLimitNOFILE");

  private UnitLines() {}

  static void read(List<Line> lines, OpenFilesLines openFiles, Draft draft) {
    lines.forEach(line -> read(line, openFiles, draft));
  }

  private static void read(Line line, OpenFilesLines openFiles, Draft draft) {
    Matcher directive = DIRECTIVE.matcher(line.text());
    if (!directive.matches()) {
      draft.add(Remark.unrelated(line));
    } else if (OPEN_FILES.contains(directive.group(1))) {
      limit(line, directive.group(1), directive.group(2), openFiles, draft);
    } else if (OtherLimit.known(directive.group(1))) {
      draft.add(Remark.leftOut(line, directive.group(1), OtherLimit.why(directive.group(1))));
    } else {
      draft.add(Remark.unrelated(line));
    }
  }

  private static void limit(
      Line line, String directive, String value, OpenFilesLines openFiles, Draft draft) {
    if (value.isEmpty()) {
      openFiles.reset(line, directive);
      return;
    }
    String[] parts = value.split(":", -1);
    Optional<FileLimit> soft = FileLimit.of(line, directive, true, parts.length == 1, parts[0]);
    Optional<FileLimit> hard =
        FileLimit.of(line, directive, parts.length == 1, true, parts[parts.length - 1]);
    if (parts.length > 2 || soft.isEmpty() || hard.isEmpty()) {
      draft.add(Remark.leftOut(line, directive, OpenFilesLines.NUMBER));
      return;
    }
    openFiles.add(soft.get());
    if (parts.length == 2) {
      openFiles.add(hard.get());
    }
  }
}
