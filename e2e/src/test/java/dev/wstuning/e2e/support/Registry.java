package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Where a cluster of the user's finds the images: WST_REGISTRY, into which they were pushed. */
final class Registry {

  private static final String IMPORTED = "localhost/wstuning/";

  private Registry() {}

  /**
   * The manifest to install in this cluster: the one that the push wrote, or the shipped one, after
   * a change.
   */
  static Path installManifest(UnaryOperator<String> change) {
    String file = named() ? "target/install.yaml" : "manifests/install.yaml";
    String manifest = Cluster.withNriSockets(Installation.read(Cluster.root().resolve(file)));
    Path adapted = Cluster.root().resolve("e2e/target/install.yaml");
    try {
      return Files.writeString(adapted, change.apply(manifest));
    } catch (IOException e) {
      throw new UncheckedIOException("write " + adapted, e);
    }
  }

  static String withImages(String yaml) {
    return named() ? yaml.replace(IMPORTED, System.getenv("WST_REGISTRY") + "/") : yaml;
  }

  private static boolean named() {
    String registry = System.getenv("WST_REGISTRY");
    return registry != null && !registry.isBlank();
  }
}
