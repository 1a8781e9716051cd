package dev.wstuning.operator.crd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Which files of the repository are generated, and from what. */
final class GeneratedFiles {

  private GeneratedFiles() {}

  /** Content by path, relative to the root of the repository. */
  static Map<String, Supplier<String>> all() {
    Map<String, Supplier<String>> files = new LinkedHashMap<>();
    files.put("crds/websockettunings.wstuning.dev.yaml", CrdYaml::render);
    files.put("docs/reference.md", ReferencePage::render);
    files.put("manifests/install.yaml", InstallManifest::render);
    files.put("docs/dead-peers.md", DeadPeersPage::render);
    return files;
  }

  /** The root of the checkout: the closest directory upwards that holds VERSION. */
  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.exists(directory.resolve("VERSION"))) {
      directory = directory.getParent();
    }
    if (directory == null) {
      throw new IllegalStateException(
          "run this inside the checkout: no VERSION file found upwards");
    }
    return directory;
  }
}
