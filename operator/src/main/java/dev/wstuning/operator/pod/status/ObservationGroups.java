package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.verdict.EffectiveRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups pods with equal observations, the worst first. */
final class ObservationGroups {

  private static final int MAX_GROUPS = 10;
  private static final int MAX_EXAMPLES = 3;

  /** Of all groups together, so that the status stays small where pods have many ports. */
  private static final int MAX_PORTS_AND_SYSCTLS = 160;

  private ObservationGroups() {}

  /** All groups, for the columns; {@link #shown} are those that the status has room for. */
  static List<Observation> of(Expectation expectation, List<ObservedPod> pods) {
    CapacityRenderer capacities = new CapacityRenderer(expectation, pods);
    Map<Observation, Group> groups = new LinkedHashMap<>();
    pods.stream()
        .filter(ObservedPod::judged)
        .sorted(Comparator.comparing(p -> p.facts().name()))
        .forEach(
            pod -> {
              Finding finding = EffectiveRules.effective(expectation, pod);
              Observation common = ObservationRenderer.of(expectation, pod, finding);
              groups.computeIfAbsent(common, c -> new Group(finding)).add(pod);
            });
    return groups.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.comparing((Group g) -> g.finding, Finding.WORST_FIRST)
                    .thenComparing(g -> -g.pods.size())))
        .map(e -> e.getValue().describe(e.getKey(), capacities))
        .toList();
  }

  static List<Observation> shown(List<Observation> groups) {
    List<Observation> shown = new ArrayList<>();
    int portsAndSysctls = 0;
    for (Observation group : groups) {
      portsAndSysctls += size(group.ports()) + size(group.sysctls());
      if (shown.size() == MAX_GROUPS || portsAndSysctls > MAX_PORTS_AND_SYSCTLS) {
        break;
      }
      shown.add(group);
    }
    return shown;
  }

  private static int size(List<?> list) {
    return list == null ? 0 : list.size();
  }

  private static final class Group {
    private final Finding finding;
    private final List<ObservedPod> pods = new ArrayList<>();

    Group(Finding finding) {
      this.finding = finding;
    }

    void add(ObservedPod pod) {
      pods.add(pod);
    }

    Observation describe(Observation common, CapacityRenderer capacities) {
      return new Observation(
          pods.size(),
          pods.stream().map(p -> p.facts().name()).limit(MAX_EXAMPLES).toList(),
          common.reason(),
          common.message(),
          common.process(),
          common.openFiles(),
          common.sysctls(),
          common.ports() == null
              ? null
              : common.ports().stream().map(this::withConnections).toList(),
          common.deadPeer(),
          capacities.of(pods));
    }

    private ObservedPort withConnections(ObservedPort port) {
      long sum =
          pods.stream()
              .flatMap(p -> p.observation().reported().stream())
              .flatMap(seen -> seen.report().ports().stream())
              .filter(p -> p.port() == port.port())
              .mapToLong(p -> p.connections())
              .sum();
      return new ObservedPort(
          port.port(),
          (int) Math.min(sum, Integer.MAX_VALUE),
          port.keepalive(),
          port.setBy(),
          port.userTimeoutSeconds(),
          port.evidence(),
          port.inferred(),
          port.peers());
    }
  }

  /** The longest dead-peer time of all groups, idle or not, for the column. */
  static String deadPeer(Expectation expectation, List<Observation> observations) {
    boolean never =
        observations.stream()
            .filter(o -> o.ports() != null)
            .flatMap(o -> o.ports().stream())
            .filter(p -> expectation.concerns(p.port()))
            .anyMatch(p -> ObservationRenderer.OFF.equals(p.keepalive()));
    if (never) {
      return "never";
    }
    boolean told =
        !observations.isEmpty()
            && observations.stream()
                .allMatch(o -> o.deadPeer() != null && o.deadPeer().idleSeconds() != null);
    return told
        ? observations.stream()
                .map(Observation::deadPeer)
                .mapToLong(d -> Math.max(d.idleSeconds(), d.busySeconds()))
                .max()
                .orElseThrow()
            + "s"
        : "unknown";
  }
}
