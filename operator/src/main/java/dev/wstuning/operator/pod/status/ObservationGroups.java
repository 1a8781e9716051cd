package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Groups;
import dev.wstuning.operator.condition.Groups.Group;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.Observation.Reported;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.plan.Targets;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Groups pods with equal observations, the worst first. */
final class ObservationGroups {

  private static final int MAX_GROUPS = 10;
  private static final int MAX_EXAMPLES = 3;

  /** Of all groups together, so that the status stays small if pods have many ports. */
  private static final int MAX_PORTS_AND_SYSCTLS = 128;

  private ObservationGroups() {}

  /**
   * @param targets all that is wanted
   * @param judged the pods whose findings count, by name
   */
  static List<Observation> of(Targets targets, List<JudgedPod> judged) {
    Set<Sysctl> shown = ObservationRenderer.shown(targets);
    Groups<Observation, JudgedPod> groups = new Groups<>();
    for (List<JudgedPod> equallyBad : worstFirst(judged)) {
      int worse = groups.size();
      for (List<JudgedPod> alike : largestFirst(equallyBad)) {
        if (worse + groups.ofAtLeast(alike.size(), worse) >= MAX_GROUPS) {
          break; // there is no room for those that are better, or fewer
        }
        alike.forEach(pod -> groups.add(ObservationRenderer.of(pod, shown), pod.finding(), pod));
      }
    }
    return groups.worst(MAX_GROUPS, MAX_PORTS_AND_SYSCTLS, ObservationGroups::size).stream()
        .map(ObservationGroups::describe)
        .toList();
  }

  private static Collection<List<JudgedPod>> worstFirst(List<JudgedPod> judged) {
    return judged.stream()
        .collect(
            Collectors.groupingBy(
                JudgedPod::finding, () -> new TreeMap<>(Finding.WORST_FIRST), Collectors.toList()))
        .values();
  }

  /**
   * What differs between groups in any case. It is cheaper to compare than to render all of it, and
   * if most pods differ, most are never rendered.
   */
  private record Likeness(
      String process, Optional<OpenFilesLimit> openFiles, List<String> sysctls) {

    static Optional<Likeness> of(JudgedPod pod) {
      return pod.inspection()
          .map(Inspection::report)
          .map(
              report ->
                  new Likeness(
                      report.doubt() == null ? report.process().comm() : null,
                      report.limit(),
                      report.values()));
    }
  }

  private static List<List<JudgedPod>> largestFirst(List<JudgedPod> pods) {
    return pods.stream()
        .collect(Collectors.groupingBy(Likeness::of, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .sorted(Comparator.comparingInt((List<JudgedPod> alike) -> -alike.size()))
        .toList();
  }

  private static int size(Observation common) {
    return size(common.ports()) + size(common.sysctls());
  }

  private static int size(List<?> list) {
    return list == null ? 0 : list.size();
  }

  private static Observation describe(Group<Observation, JudgedPod> group) {
    Observation common = group.common();
    return new Observation(
        group.members().size(),
        group.first(MAX_EXAMPLES).stream().map(JudgedPod::name).toList(),
        JudgedPod.workloads(group.members()).limit(MAX_EXAMPLES).toList(),
        observedAt(group.members()),
        common.reason(),
        common.message(),
        common.process(),
        common.openFiles(),
        common.sysctls(),
        common.ports() == null
            ? null
            : common.ports().stream().map(p -> withConnections(p, group.members())).toList(),
        common.deadPeer(),
        CapacityRenderer.of(group.members()),
        CountsRenderer.of(group.members()));
  }

  private static String observedAt(List<JudgedPod> pods) {
    return pods.stream()
        .flatMap(p -> p.pod().observation().last().stream())
        .map(Reported::at)
        .min(Comparator.naturalOrder())
        .map(Instant::toString)
        .orElse(null);
  }

  private static ObservedPort withConnections(ObservedPort port, List<JudgedPod> pods) {
    long sum =
        pods.stream()
            .flatMap(p -> p.inspection().stream())
            .flatMap(i -> i.served().stream())
            .filter(p -> p.port() == port.port())
            .mapToLong(ServedPort::connections)
            .sum();
    return new ObservedPort(
        port.port(),
        sum,
        port.keepalive(),
        port.setBy(),
        port.userTimeoutSeconds(),
        port.evidence(),
        port.inferred(),
        port.peers());
  }
}
