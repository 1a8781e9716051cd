package dev.wstuning.operator.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.tuning.Planner;
import dev.wstuning.operator.tuning.Setting;
import dev.wstuning.operator.tuning.Surroundings;
import dev.wstuning.operator.tuning.TuningPlan;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What pods are measured against.
 *
 * @param rejectsUntuned whether pods are refused while the webhook does not answer
 * @param wanted all sysctls asked for, also those that the plan cannot set
 * @param ports the ports that matter; empty for all
 * @param container the name of the server's container as asked for; null if it is left to the pod
 */
public record Desired(
    Mode mode,
    boolean rejectsUntuned,
    TuningPlan plan,
    List<Setting> wanted,
    Optional<Keepalive> keepalive,
    OptionalLong openFilesMinimum,
    List<Integer> ports,
    String container) {

  public static Desired of(WebSocketTuningSpec spec, Surroundings surroundings) {
    return new Desired(
        spec.modeOrDefault(),
        spec.operatorDownOrDefault() == OperatorDown.Reject,
        Planner.plan(spec, surroundings),
        Planner.wanted(spec),
        Optional.ofNullable(spec.keepalive()).map(Keepalive::of),
        spec.openFiles() == null
            ? OptionalLong.empty()
            : OptionalLong.of(spec.openFiles().minimum()),
        spec.portsOrEmpty(),
        spec.container());
  }

  boolean observeOnly() {
    return mode == Mode.Observe;
  }
}
