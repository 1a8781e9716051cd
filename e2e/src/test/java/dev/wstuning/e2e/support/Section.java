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

  /** What the page has there. */
  public String read() {
    String whole = Installation.read(page);
    return whole.substring(from(whole), to(whole));
  }

  /** Writes the section, and returns what was there before. */
  public String write(String text) {
    String whole = Installation.read(page);
    String before = whole.substring(from(whole), to(whole));
    try {
      Files.writeString(page, whole.substring(0, from(whole)) + text + whole.substring(to(whole)));
    } catch (IOException e) {
      throw new UncheckedIOException("write " + page, e);
    }
    return before;
  }

  private int from(String whole) {
    int begin = whole.indexOf(this.begin);
    if (begin < 0) {
      throw new AssertionError("%s has no %s".formatted(page, this.begin.trim()));
    }
    return begin + this.begin.length();
  }

  private int to(String whole) {
    int end = whole.indexOf(END, from(whole));
    if (end < 0) {
      throw new AssertionError("%s has no %s after %s".formatted(page, END, begin.trim()));
    }
    return end;
  }
}
