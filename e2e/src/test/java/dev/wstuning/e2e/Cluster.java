package dev.wstuning.e2e;

import dev.wstuning.e2e.support.Deadline;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The cluster that the tests run on, and the checkout that they belong to. */
public final class Cluster {

  private static final String NODE = "/var/tmp/wstuning/node/";
  private static final String USUAL_NRI_SOCKET = "/var/run/nri/nri.sock";

  private static final List<String> FENCES =
      List.of(
          "crds/websockettunings.wstuning.dev.yaml",
          "crds/websocketnodetunings.wstuning.dev.yaml",
          "crds/websocketnodestates.wstuning.dev.yaml",
          "crds/websocketpodplans.wstuning.dev.yaml",
          "crds/websocketnodereports.wstuning.dev.yaml",
          "manifests/install/00-namespace.yaml",
          "manifests/install/10-rbac.yaml",
          "manifests/install/11-node-rbac.yaml",
          "manifests/namespace-admins.yaml",
          "manifests/install/15-guard-rails.yaml",
          "manifests/install/20-admission-policies.yaml",
          "manifests/install/21-node-admission-policies.yaml",
          "manifests/install/22-guard-rail-policies.yaml");

  private static final List<String> KINDS =
      List.of(
          "websockettunings",
          "websocketnodetunings",
          "websocketnodestates",
          "websocketpodplans",
          "websocketnodereports");

  private Cluster() {}

  /** A client with all rights: of WST_KUBECONFIG, else of the node that e2e/cluster/up starts. */
  public static KubernetesClient admin() {
    return new KubernetesClientBuilder().withConfig(config().build()).build();
  }

  /** A client with the rights of the operator, by impersonation. */
  public static KubernetesClient operator() {
    return account("wstuning-system", "wstuning-operator", Map.of());
  }

  /** A client with the rights of the node agent, whose token names these nodes: one, or none. */
  public static KubernetesClient nodeAgent(String... nodes) {
    // A slash has no place in the name of a header.
    Map<String, List<String>> extra =
        nodes.length == 0
            ? Map.of()
            : Map.of("authentication.kubernetes.io%2fnode-name", List.of(nodes));
    return account("wstuning-nodes", "wstuning-node-agent", extra);
  }

  private static KubernetesClient account(
      String namespace, String name, Map<String, List<String>> extra) {
    Config config =
        config()
            .withImpersonateUsername("system:serviceaccount:%s:%s".formatted(namespace, name))
            .withImpersonateGroups(
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace,
                "system:authenticated")
            .withImpersonateExtras(extra)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** A shipped manifest, with the places where the node agents of this cluster look for NRI. */
  public static String withNriSockets(String manifest) {
    String list = String.join(",", nriSockets());
    String celList = nriSockets().stream().map("'%s'"::formatted).collect(Collectors.joining(", "));
    // In the policy it is an element of a list, in quotes.
    return Pattern.compile("('?)" + Pattern.quote(USUAL_NRI_SOCKET) + "\\1")
        .matcher(manifest)
        .replaceAll(found -> found.group(1).isEmpty() ? list : celList);
  }

  /**
   * Where the node agents of this cluster look for NRI, in this order. With WST_MODERN=1, which
   * e2e/run --modern sets, there are two places: the modern node has its own.
   */
  public static List<String> nriSockets() {
    return isModern() && !ofTheUser()
        ? List.of(nriSocket(), USUAL_NRI_SOCKET)
        : List.of(nriSocket());
  }

  /** Where the container runtime of the node listens for plugins. */
  public static String nriSocket() {
    return ofTheUser() ? USUAL_NRI_SOCKET : NODE + "nri/nri.sock";
  }

  private static boolean isModern() {
    return "1".equals(System.getenv("WST_MODERN"));
  }

  /** Whether it is a cluster elsewhere. */
  private static boolean ofTheUser() {
    return userKubeconfig() != null && !userKubeconfig().isBlank();
  }

  private static String userKubeconfig() {
    return System.getenv("WST_KUBECONFIG");
  }

  private static ConfigBuilder config() {
    Path kubeconfig = Path.of(ofTheUser() ? userKubeconfig() : NODE + "admin.kubeconfig");
    if (!Files.exists(kubeconfig)) {
      throw new IllegalStateException(
          "no %s: start the node with e2e/cluster/up, or name a cluster's kubeconfig in WST_KUBECONFIG"
              .formatted(kubeconfig));
    }
    // Refusals are what these tests look for: they must not be retried.
    int patience = Math.toIntExact(Deadline.REQUEST.toMillis());
    return new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
        .withConnectionTimeout(patience)
        .withRequestTimeout(patience)
        .withRequestRetryBackoffLimit(0);
  }

  /** Applies the CRD, the RBAC and the admission policies as they are shipped. */
  public static void installCrdAndFences(KubernetesClient admin) {
    for (String path : FENCES) {
      try {
        String manifest = withNriSockets(Files.readString(root().resolve(path)));
        admin
            .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
            .items()
            .forEach(item -> apply(admin, item));
      } catch (IOException e) {
        throw new UncheckedIOException("read " + path, e);
      }
    }
    for (String kind : KINDS) {
      Awaitility.await("the API server serves " + kind)
          .ignoreException(KubernetesClientException.class)
          .until(() -> admin.raw("/apis/wstuning.dev/v1alpha1/%s?limit=1".formatted(kind)) != null);
    }
  }

  private static void apply(KubernetesClient admin, HasMetadata item) {
    admin.resource(item).fieldManager("kubectl").forceConflicts().serverSideApply();
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
