package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The table of docs/servers.md, between two comments that stay. */
final class Table {

  private static final String BEGIN = "<!-- written by ServersMatrixIT -->\n";
  private static final String END = "<!-- end -->";

  private final StringBuilder rows = new StringBuilder();

  Table(List<String> header) {
    add(header);
    add(header.stream().map(h -> "---").toList());
  }

  void add(List<String> row) {
    rows.append(row.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Writes it into the page, and returns what was there before. */
  String write() {
    Path page = Cluster.root().resolve("docs/servers.md");
    try {
      String text = Files.readString(page);
      int begin = text.indexOf(BEGIN) + BEGIN.length();
      int end = text.indexOf(END);
      if (begin < BEGIN.length() || end < begin) {
        throw new AssertionError(page + " has no place for the table");
      }
      Files.writeString(page, text.substring(0, begin) + rows + text.substring(end));
      return text.substring(begin, end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
