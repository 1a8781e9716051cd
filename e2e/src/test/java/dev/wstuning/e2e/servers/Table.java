package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.Section;
import java.util.List;
import java.util.stream.Collectors;

/** A table of docs/servers.md, between two comments that stay. */
final class Table {

  private final StringBuilder rows = new StringBuilder();

  Table(List<String> header) {
    add(header);
    add(header.stream().map(h -> "---").toList());
  }

  void add(List<String> row) {
    rows.append(row.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Writes it into the page, in the place of its writer, and returns what was there before. */
  String write(Class<?> writer) {
    return Section.of("docs/servers.md", writer).write(rows.toString());
  }

  /** A table without its second column. */
  static String withoutVersions(String table) {
    return table.replaceAll("(?m)^(\\|[^|]*\\|)[^|]*\\|", "$1");
  }

  @Override
  public String toString() {
    return rows.toString();
  }
}
