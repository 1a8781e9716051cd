package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.verdict.TuningReason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What all tunings come to together.
 *
 * @param tunings how many have such a Ready condition
 * @param pods how many stand to their plan like that, as the last passes found
 * @param suspended how many owners have pods that start untuned at the moment, by what happened to
 *     tuned ones
 * @param waiting how many pods wait for an observer
 */
public record Totals(
    Map<Ready, Long> tunings, Map<Coverage, Long> pods, Map<Cause, Long> suspended, int waiting) {

  /**
   * A Ready condition without its words.
   *
   * @param reason one of {@link TuningReason}, or one of the two constants
   */
  public record Ready(String reason, ConditionStatus status) {

    /** The tuning has no Ready condition yet. */
    public static final String NOT_RECONCILED = "NotReconciled";

    /** Another version wrote it: its reasons are not known, and neither is their number. */
    public static final String OTHER = "Other";

    private static final Set<String> KNOWN =
        Arrays.stream(TuningReason.values()).map(Enum::name).collect(Collectors.toSet());

    private static Ready of(WebSocketTuning tuning) {
      return Optional.ofNullable(tuning.getStatus())
          .flatMap(status -> Conditions.ready(status.conditionsOrEmpty()))
          .map(Ready::of)
          .orElseGet(() -> new Ready(NOT_RECONCILED, ConditionStatus.Unknown));
    }

    private static Ready of(Condition condition) {
      return new Ready(
          KNOWN.contains(condition.reason()) ? condition.reason() : OTHER, condition.status());
    }
  }

  static Totals of(List<WebSocketTuning> tunings, Stream<Coverage> pods, int waiting) {
    return new Totals(
        counted(tunings.stream().map(Ready::of)),
        counted(pods),
        counted(
            tunings.stream()
                .map(WebSocketTuning::getStatus)
                .filter(Objects::nonNull)
                .flatMap(status -> status.suspensionsOrEmpty().stream())
                .map(Suspension::cause)
                .filter(Objects::nonNull)),
        waiting);
  }

  private static <T> Map<T, Long> counted(Stream<T> things) {
    return things.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }
}
