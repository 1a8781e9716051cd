package dev.wstuning.operator.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes numbers of lines that follow each other in short. */
final class Ranges {

  private Ranges() {}

  /** One text for each file, such as {@code unit.service:1-4,7}. */
  static List<String> of(List<Line> lines) {
    Map<String, List<Integer>> byFile =
        lines.stream()
            .collect(
                Collectors.groupingBy(
                    Line::file,
                    LinkedHashMap::new,
                    Collectors.mapping(Line::number, Collectors.toList())));
    return byFile.entrySet().stream().map(e -> e.getKey() + ":" + ranges(e.getValue())).toList();
  }

  private static String ranges(List<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    int start = numbers.get(0);
    for (int i = 1; i <= numbers.size(); i++) {
      int last = numbers.get(i - 1);
      if (i == numbers.size() || numbers.get(i) != last + 1) {
        ranges.add(start == last ? "" + start : start + "-" + last);
        start = i == numbers.size() ? 0 : numbers.get(i);
      }
    }
    return String.join(",", ranges);
  }
}
