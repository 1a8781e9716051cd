package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a page that a run writes, between two comments that stay. */
public final class Section {

  private static final String END = "<!-- end -->";

  private final Path page;
  private final String begin;

  private Section(Path page, String begin) {
    this.page = page;
    this.begin = begin;
  }

  /** The part of a page of the repository that {@code writer} writes. */
  public static Section of(String page, Class<?> writer) {
    return new Section(
        Cluster.root().resolve(page), "<!-- written by %s -->\n".formatted(writer.getSimpleName()));
  }

  /** Writes the section, and returns what was there before. */
  public String write(String text) {
    String whole = Installation.read(page);
    int from = whole.indexOf(begin) + begin.length();
    int to = whole.indexOf(END, from);
    if (from < begin.length() || to < from) {
      throw new AssertionError("%s has no %s ... %s".formatted(page, begin.trim(), END));
    }
    try {
      Files.writeString(page, whole.substring(0, from) + text + whole.substring(to));
    } catch (IOException e) {
      throw new UncheckedIOException("write " + page, e);
    }
    return whole.substring(from, to);
  }
}
