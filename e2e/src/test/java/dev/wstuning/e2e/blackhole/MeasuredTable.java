package dev.wstuning.e2e.blackhole;

import dev.wstuning.e2e.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The measured section of docs/dead-peers.md, a line a case. A run prints its lines; with {@code
 * -Dmeasured.write=true} it also puts them into the page, in place of earlier ones of the same
 * case.
 */
final class MeasuredTable {

  private static final Path PAGE = Cluster.root().resolve("docs/dead-peers.md");
  private static final String START = "<!-- measured: make blackhole -->\n";
  private static final String END = "<!-- end of measured -->\n";
  private static final String HEADER =
      """
      | Connection | Server | Predicted | At most | Measured | Since it vanished | Away, and kept |
      |---|---|---|---|---|---|---|
      """;

  private final Map<String, String> rows = new LinkedHashMap<>();

  void add(Measurement measurement) {
    String row = row(measurement);
    rows.put(key(row), row);
  }

  /** Prints, and writes where that is wanted. */
  void publish() {
    System.out.println(HEADER + String.join("", rows.values()));
    if (Boolean.getBoolean("measured.write")) {
      write();
    }
  }

  private void write() {
    try {
      String page = Files.readString(PAGE);
      int start = page.indexOf(START) + START.length();
      int end = page.indexOf(END);
      Map<String, String> all = new LinkedHashMap<>();
      page.substring(start, end)
          .lines()
          .skip(HEADER.lines().count())
          .forEach(line -> all.put(key(line), line + "\n"));
      all.putAll(rows);
      String table = all.values().stream().collect(Collectors.joining("", HEADER, ""));
      Files.writeString(PAGE, page.substring(0, start) + table + page.substring(end));
    } catch (IOException e) {
      throw new UncheckedIOException("write " + PAGE, e);
    }
  }

  /** What is measured: the first two columns. */
  private static String key(String row) {
    String[] columns = row.split("\\|");
    return columns[1] + "|" + columns[2];
  }

  private static String row(Measurement m) {
    return "| %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            m.of().name(),
            m.of().server().name(),
            seconds(m.of().predicted().after()),
            seconds(m.of().predicted().atMost()),
            seconds(m.found()),
            seconds(m.sinceVanished()),
            seconds(m.of().absence()));
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
