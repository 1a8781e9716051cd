package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.ObservedPod;

/** Judges one pod, by nothing but what it is given. */
public interface PodJudge {

  /** By the rules on what servers should have. */
  PodJudge RULES = EffectiveRules::judge;

  /**
   * @param expectation what this pod is measured against
   */
  JudgedPod judge(Expectation expectation, ObservedPod pod);
}
