package dev.wstuning.operator.crd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes every generated file into the checkout that the working directory belongs to. */
public final class CrdMain {

  private CrdMain() {}

  public static void main(String[] args) {
    Path root = GeneratedFiles.root();
    GeneratedFiles.all().forEach((path, content) -> write(root.resolve(path), content.get()));
  }

  static void write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }
}
