package dev.wstuning.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pod with the whole plan of a tuning that has much to get wrong. Every pod that is created later
 * must be the same in all but what is generated.
 */
public final class ReferencePod {

  public static final String TUNING = "chat";

  private static final String SPEC =
      """
      selector: {matchLabels: {app: reference}}
      deadPeers: {withinSeconds: 60}
      connections: {perPod: 10000}
      sysctls: [{name: net.core.somaxconn, value: "4096"}]
      methods: {sockets: [Programs, Preload], openFiles: [NodeAgent, Preload]}
      """;

  /**
   * The tuner's arguments for this spec if pods may be privileged; the plan comes from the status.
   */
  private static final List<String> ARGUMENTS =
      List.of(
          "apply",
          "--plan=%s",
          "--on-error=start",
          "--keepalive=30/7/3",
          "--user-timeout=50",
          "--override",
          "--open-files-minimum=12024",
          "--open-files-by=preload",
          "--to=/wstuning",
          "net.ipv4.tcp_keepalive_time=30",
          "net.ipv4.tcp_keepalive_intvl=7",
          "net.ipv4.tcp_keepalive_probes=3",
          "net.ipv4.tcp_retries2=6",
          "net.core.somaxconn=4096");

  private static final List<String> GENERATED =
      List.of("name", "uid", "creationTimestamp", "resourceVersion", "managedFields");

  /** What became of a pod at admission. */
  public enum Outcome {
    WHOLE,
    UNTUNED,
    PARTIAL
  }

  private final JsonNode whole;

  private ReferencePod(Pod pod) {
    this.whole = comparable(pod);
  }

  /** Creates the tuning in an unlabelled namespace, and one pod, which must have what it wants. */
  public static ReferencePod in(Installation cluster, String namespace) {
    return in(cluster, namespace, "");
  }

  /**
   * The same with a longer spec.
   *
   * @param more what does not change the tuner's arguments
   */
  public static ReferencePod in(Installation cluster, String namespace, String more) {
    cluster.tune(namespace, TUNING, SPEC + more);
    cluster.awaitInjection(namespace, TUNING, true);
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster, namespace, TUNING, "a plan", t -> t.getStatus().plan() != null);
    String plan = tuning.getStatus().plan().hash();

    Pod pod = create(cluster, namespace);

    assertThat(pod.getMetadata().getAnnotations()).containsEntry("wstuning.dev/plan", plan);
    Container tuner = pod.getSpec().getInitContainers().get(0);
    assertThat(tuner.getArgs())
        .containsExactlyElementsOf(ARGUMENTS.stream().map(a -> a.formatted(plan)).toList());
    assertThat(tuner.getSecurityContext().getPrivileged()).isTrue();
    return new ReferencePod(pod);
  }

  /** A dry run goes through admission, and starts nothing. */
  public static Pod create(Installation cluster, String namespace) {
    return cluster.client().pods().inNamespace(namespace).resource(pod(null)).dryRun().create();
  }

  /** A pod that stays, on a node that may be fake. */
  public static Pod createOn(Installation cluster, String namespace, String node) {
    return cluster.client().pods().inNamespace(namespace).resource(pod(node)).create();
  }

  private static Pod pod(String node) {
    // The name of a token's volume would be generated.
    return Pods.withoutToken("reference").editSpec().withNodeName(node).endSpec().build();
  }

  public Outcome outcome(Pod pod) {
    if (differences(pod).isEmpty()) {
      return Outcome.WHOLE;
    }
    boolean untuned =
        pod.getMetadata().getAnnotations().isEmpty()
            && pod.getSpec().getInitContainers().isEmpty()
            && pod.getSpec().getVolumes().isEmpty()
            && pod.getSpec().getSecurityContext().getSysctls().isEmpty();
    return untuned ? Outcome.UNTUNED : Outcome.PARTIAL;
  }

  /** Where a pod is not what the reference is: the path, its value here, the value there. */
  public List<String> differences(Pod pod) {
    List<String> differences = new ArrayList<>();
    compare("", comparable(pod), whole, differences);
    return differences;
  }

  private static void compare(String path, JsonNode pod, JsonNode whole, List<String> found) {
    if (pod.isContainerNode() && whole.isContainerNode() && pod.size() == whole.size()) {
      children(pod).forEach(c -> compare(path + "/" + c, at(pod, c), at(whole, c), found));
      return;
    }
    if (!pod.equals(whole)) {
      found.add("%s is %s instead of %s".formatted(path, pod, whole));
    }
  }

  private static Stream<String> children(JsonNode node) {
    return node.isArray()
        ? Stream.iterate(0, i -> i < node.size(), i -> i + 1).map(String::valueOf)
        : node.propertyStream().map(Map.Entry::getKey);
  }

  private static JsonNode at(JsonNode node, String child) {
    return node.isArray() ? node.path(Integer.parseInt(child)) : node.path(child);
  }

  private static JsonNode comparable(Pod pod) {
    JsonNode tree = Serialization.unmarshal(Serialization.asJson(pod), JsonNode.class);
    ((ObjectNode) tree.get("metadata")).remove(GENERATED);
    if (tree.at("/metadata/annotations") instanceof ObjectNode annotations) {
      annotations.remove("wstuning.dev/request");
    }
    ((ObjectNode) tree.get("spec")).remove("nodeName");
    return tree;
  }
}
