package dev.wstuning.e2e.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this checkout is. */
public final class Repository {

  private Repository() {}

  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("VERSION"))) {
      here = here.getParent();
    }
    return here;
  }

  public static Path file(String path) {
    return root().resolve(path);
  }
}
