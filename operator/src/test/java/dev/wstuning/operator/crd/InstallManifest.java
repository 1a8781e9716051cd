package dev.wstuning.operator.crd;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of manifests/install and the CRDs in one file, in the order in which they are needed.
 */
final class InstallManifest {

  private static final String HEADER =
      """
      # Everything that the operator needs: kubectl apply --server-side -f install.yaml
      # Generated from manifests/install and crds. Edit those, then run: make crds
      """;

  private InstallManifest() {}

  static String render() {
    Stream<String> crds =
        Stream.of(
                WebSocketTuning.class,
                WebSocketNodeTuning.class,
                WebSocketNodeState.class,
                WebSocketPodPlan.class,
                WebSocketNodeReport.class)
            .map(CrdYaml::render);
    Stream<String> parts =
        Stream.of(
                "00-namespace.yaml",
                "10-rbac.yaml",
                "11-node-rbac.yaml",
                "15-guard-rails.yaml",
                "20-admission-policies.yaml",
                "21-node-admission-policies.yaml",
                "22-guard-rail-policies.yaml",
                "30-operator.yaml")
            .map(part -> read("manifests/install/" + part));
    return Stream.concat(crds, parts).collect(Collectors.joining("---\n", HEADER, ""));
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
