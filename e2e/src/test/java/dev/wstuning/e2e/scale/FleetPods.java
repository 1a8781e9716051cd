package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Looks at every pod of a fleet: has it the whole plan of its tuning? */
final class FleetPods {

  private static final int PAGE = 500;
  private static final int LOOKS = 2;

  private static final List<String> ARGUMENTS =
      List.of(
          "apply",
          "--plan=%s",
          "--on-error=start",
          "--keepalive=30/7/3",
          "--user-timeout=50",
          "--override",
          "net.ipv4.tcp_keepalive_time=30",
          "net.ipv4.tcp_keepalive_intvl=7",
          "net.ipv4.tcp_keepalive_probes=3",
          "net.ipv4.tcp_retries2=6");

  private final Installation cluster;
  private final String fleet;

  FleetPods(Installation cluster, String fleet) {
    this.cluster = cluster;
    this.fleet = fleet;
  }

  /**
   * What was found.
   *
   * @param pods how many there are
   * @param untuned the names of those without any plan
   * @param wrong what is wrong with others
   */
  record Findings(int pods, List<String> untuned, List<String> wrong) {}

  Findings check() {
    Map<String, String> plans =
        cluster
            .client()
            .resources(WebSocketTuning.class)
            .inAnyNamespace()
            .list()
            .getItems()
            .stream()
            .filter(t -> t.getStatus() != null && t.getStatus().plan() != null)
            .collect(
                Collectors.toMap(
                    t -> t.getMetadata().getNamespace(),
                    t -> t.getStatus().plan().hash(),
                    (one, other) -> one));
    List<String> untuned = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    int[] count = {0};
    forEach(
        pod -> {
          count[0]++;
          String plan = plans.getOrDefault(pod.getMetadata().getNamespace(), "none");
          if (untuned(pod)) {
            untuned.add(name(pod));
          } else if (!whole(pod, plan)) {
            wrong.add("%s: %s".formatted(name(pod), pod.getSpec().getInitContainers()));
          }
        });
    return new Findings(count[0], untuned, wrong);
  }

  /**
   * Deletes the pods without any plan, whose ReplicaSet makes others then. On a machine that is too
   * busy, the API server may give up on the webhook.
   *
   * @return how many there were
   */
  int replaceUntuned() {
    int[] count = {0};
    forEach(
        pod -> {
          if (untuned(pod)) {
            count[0]++;
            cluster.client().pods().resource(pod).withGracePeriod(0).delete();
          }
        });
    return count[0];
  }

  /** How many were not looked at twice yet: the second look is due after a quarter of an hour. */
  int dueForObservers() {
    int[] count = {0};
    forEach(
        pod -> {
          if (pod.getSpec().getEphemeralContainers().size() < LOOKS) {
            count[0]++;
          }
        });
    return count[0];
  }

  private static boolean untuned(Pod pod) {
    return pod.getSpec().getInitContainers().isEmpty()
        && pod.getMetadata().getAnnotations().keySet().stream()
            .noneMatch(a -> a.contains("wstuning") || a.startsWith("ulimits."));
  }

  private static boolean whole(Pod pod, String plan) {
    return plan.equals(pod.getMetadata().getAnnotations().get("wstuning.dev/plan"))
        && pod.getMetadata()
            .getAnnotations()
            .containsKey("ulimits.noderesource.dev/container.server")
        && pod.getSpec().getInitContainers().size() == 1
        && pod.getSpec()
            .getInitContainers()
            .get(0)
            .getArgs()
            .equals(ARGUMENTS.stream().map(a -> a.formatted(plan)).toList());
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  private void forEach(Consumer<Pod> look) {
    String next = null;
    do {
      PodList page =
          cluster
              .client()
              .pods()
              .inAnyNamespace()
              .withLabel("fleet", fleet)
              .list(new ListOptionsBuilder().withLimit((long) PAGE).withContinue(next).build());
      page.getItems().forEach(look);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}
