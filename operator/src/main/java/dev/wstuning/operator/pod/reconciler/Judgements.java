package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.pod.verdict.PodJudge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Judges the pods of tunings. A judgement is kept as long as nothing changes that it depends on, so
 * that a pass costs what has changed since the last one.
 */
final class Judgements {

  private final PodJudge judge;
  private final Sharing sharing;

  /** By the uid of the tuning. */
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();

  /**
   * @param expectations what the pods were measured against
   * @param pods by the uid of the pod
   */
  private record Kept(Expectations expectations, Map<String, JudgedPod> pods) {

    /** The judgement on a pod, if it still holds: it does if nothing but counts is another. */
    JudgedPod of(ObservedPod pod, Sharing sharing) {
      JudgedPod judged = pods.get(pod.facts().uid());
      if (judged == null || judged.pod().equals(pod)) {
        return judged;
      }
      return judged.pod().sameApartFromCounts(pod) ? judged.counted(pod.sharing(sharing)) : null;
    }
  }

  /**
   * @param sharing makes one object of what pods have in common
   */
  Judgements(PodJudge judge, Sharing sharing) {
    this.judge = judge;
    this.sharing = sharing;
  }

  /** The judgements on these pods; forgets other pods of the tuning. */
  List<JudgedPod> of(String tuningUid, Expectations expectations, List<ObservedPod> pods) {
    Kept before = kept.get(tuningUid);
    boolean sameWishes = before != null && before.expectations().equals(expectations);
    Map<String, JudgedPod> after = new HashMap<>(pods.size() * 2);
    List<JudgedPod> judged = new ArrayList<>(pods.size());
    for (ObservedPod pod : pods) {
      JudgedPod known = sameWishes ? before.of(pod, sharing) : null;
      JudgedPod current = known != null ? known : judge(expectations, pod);
      after.put(pod.facts().uid(), current);
      judged.add(current);
    }
    kept.put(tuningUid, new Kept(expectations, after));
    return judged;
  }

  private JudgedPod judge(Expectations expectations, ObservedPod pod) {
    return judge.judge(expectations.of(pod.facts()), pod.sharing(sharing)).sharing(sharing);
  }

  /** How each of the pods that were judged last stands to its plan. */
  Stream<Coverage> coverage() {
    return kept.values().stream()
        .flatMap(tuning -> tuning.pods().values().stream())
        .map(judged -> judged.pod().coverage());
  }

  void forget(String tuningUid) {
    kept.remove(tuningUid);
  }
}
