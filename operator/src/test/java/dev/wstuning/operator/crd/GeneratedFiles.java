package dev.wstuning.operator.crd;

import dev.wstuning.operator.MetricsPage;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Which files of the repository are generated, and from what. */
public final class GeneratedFiles {

  private GeneratedFiles() {}

  /** Content by path, relative to the root of the repository. */
  static Map<String, Supplier<String>> all() {
    Map<String, Supplier<String>> files = new LinkedHashMap<>();
    files.put(
        "crds/websockettunings.wstuning.dev.yaml", () -> CrdYaml.render(WebSocketTuning.class));
    files.put(
        "crds/websocketnodetunings.wstuning.dev.yaml",
        () -> CrdYaml.render(WebSocketNodeTuning.class));
    files.put(
        "crds/websocketnodestates.wstuning.dev.yaml",
        () -> CrdYaml.render(WebSocketNodeState.class));
    files.put(
        "crds/websocketpodplans.wstuning.dev.yaml", () -> CrdYaml.render(WebSocketPodPlan.class));
    files.put(
        "crds/websocketnodereports.wstuning.dev.yaml",
        () -> CrdYaml.render(WebSocketNodeReport.class));
    files.put("docs/reference.md", ReferencePage::render);
    files.put("manifests/install.yaml", InstallManifest::render);
    files.put("docs/dead-peers.md", DeadPeersPage::render);
    files.put("docs/import.md", ImportPage::render);
    files.put("docs/metrics.md", MetricsPage::render);
    return files;
  }

  /** The root of the checkout: the closest directory upwards that holds VERSION. */
  public static Path root() {
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
