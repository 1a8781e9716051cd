package dev.wstuning.operator.crd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The parts of manifests/install and the CRD in one file, in the order in which they are needed.
 */
final class InstallManifest {

  private static final String HEADER =
      """
      # Everything that the operator needs: kubectl apply --server-side -f install.yaml
      # Generated from manifests/install and crds. Edit those, then run: make crds
      """;

  private InstallManifest() {}

  static String render() {
    return List.of(
            "manifests/install/00-namespace.yaml",
            "manifests/install/10-rbac.yaml",
            "manifests/install/20-admission-policies.yaml",
            "manifests/install/30-operator.yaml")
        .stream()
        .map(InstallManifest::read)
        .collect(Collectors.joining("---\n", HEADER + CrdYaml.render() + "---\n", ""));
  }

  private static String read(String path) {
    Path file = GeneratedFiles.root().resolve(path);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }
}
