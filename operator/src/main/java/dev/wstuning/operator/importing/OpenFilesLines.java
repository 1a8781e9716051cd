package dev.wstuning.operator.importing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the lines that set open files. For each user or directive the last line counts. */
final class OpenFilesLines {

  static final String NUMBER = "open files take a whole number: write for example 65536";

  private static final LimitPair NONE = new LimitPair(null, null);

  private final Map<String, LimitPair> limits = new LinkedHashMap<>();
  private final Draft draft;

  OpenFilesLines(Draft draft) {
    this.draft = draft;
  }

  void add(FileLimit limit) {
    LimitPair before = limits.getOrDefault(limit.whose(), NONE);
    LimitPair after = before.with(limit);
    limits.put(limit.whose(), after);
    before.lines().stream()
        .filter(line -> !after.lines().contains(line))
        .forEach(line -> draft.add(Remark.setAgain(line, limit.whose(), limit.line())));
  }

  /** An empty directive takes back what lines before it said. */
  void reset(Line line, String whose) {
    LimitPair before = limits.remove(whose);
    if (before != null) {
      before.lines().forEach(l -> draft.add(Remark.setAgain(l, whose, line)));
    }
    draft.add(
        Remark.leftOut(line, whose, "it sets no number, and takes back what lines before it set"));
  }

  /** What was collected. */
  List<LimitPair> pairs() {
    return List.copyOf(limits.values());
  }
}
