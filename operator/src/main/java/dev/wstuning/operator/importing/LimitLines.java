package dev.wstuning.operator.importing;

import java.util.List;
import java.util.Set;

/** Reads the lines of limits.conf. */
final class LimitLines {

  private static final Set<String> TYPES = Set.of("soft", "hard", "-");

  private LimitLines() {}

  static void read(List<Line> lines, OpenFilesLines openFiles, Draft draft) {
    lines.forEach(line -> read(line, openFiles, draft));
  }

  private static void read(Line line, OpenFilesLines openFiles, Draft draft) {
    String[] fields = line.text().replaceFirst("#.*", "").strip().split("\\s+");
    if (fields.length != 4 || !TYPES.contains(fields[1])) {
      draft.add(
          Remark.leftOut(
              line,
              line.text(),
              "it is no limit: write DOMAIN TYPE ITEM VALUE, as in * - nofile 65536"));
    } else if (!fields[2].equals("nofile")) {
      draft.add(Remark.leftOut(line, fields[2], OtherLimit.why(fields[2])));
    } else {
      boolean both = fields[1].equals("-");
      FileLimit.of(
              line,
              fields[0] + " nofile",
              both || fields[1].equals("soft"),
              both || fields[1].equals("hard"),
              fields[3])
          .ifPresentOrElse(
              openFiles::add,
              () -> draft.add(Remark.leftOut(line, "nofile", OpenFilesLines.NUMBER)));
    }
  }
}
