package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import java.time.Instant;

/** Judges one pod, by nothing but what it is given. */
public interface PodJudge {

  /** By the rules on what servers should have. */
  PodJudge RULES = EffectiveRules::judge;

  /**
   * @param expectation what this pod is measured against
   * @param now the time of the pass
   */
  JudgedPod judge(Expectation expectation, ObservedPod pod, Instant now);
}
