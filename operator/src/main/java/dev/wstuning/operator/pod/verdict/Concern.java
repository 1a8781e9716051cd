package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import java.util.List;

/**
 * A finding with the pods that it is about.
 *
 * @param pods empty if it is about the resource
 */
public record Concern(Finding finding, List<JudgedPod> pods) {

  static Concern general(Finding finding) {
    return new Concern(finding, List.of());
  }

  /** The workloads of the pods, as kubectl takes them. */
  public List<String> workloads() {
    return JudgedPod.workloads(pods).toList();
  }
}
