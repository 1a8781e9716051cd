package dev.wstuning.operator.pod.nodeplan;

import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec.OpenFilesRange;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The plan of one tuning, as the agents of nodes read it. */
final class NodePlan {

  /**
   * No pod needs privilege for what an agent does, so it does not matter what a namespace admits.
   */
  private static final PlanContext ANY = PlanContext.of("privileged", OptionalInt.empty(), 0);

  private NodePlan() {}

  /**
   * A tuning that cannot be read owns its pods, and gives them nothing, as at admission.
   *
   * @param tuning one whose selector is known
   */
  static WebSocketPodPlanSpec of(WebSocketTuning tuning) {
    Optional<TuningPlan> plan =
        Optional.of(tuning)
            .filter(WebSocketTuning::isReadable)
            .map(WebSocketTuning::getSpec)
            .filter(spec -> spec.viaOrDefault() == Via.NodeAgent)
            .map(spec -> Planner.plan(spec, ANY));
    Optional<OpenFilesRange> openFiles = plan.flatMap(NodePlan::openFiles);
    List<String> arguments = plan.map(NodePlan::arguments).orElse(List.of());
    WebSocketTuningSpec spec = tuning.getSpec();
    return new WebSocketPodPlanSpec(
        tuning.getMetadata().getCreationTimestamp(),
        spec.viaOrDefault(),
        spec.selector(),
        arguments.isEmpty() ? null : arguments,
        plan.filter(p -> !arguments.isEmpty() || openFiles.isPresent())
            .map(TuningPlan::hash)
            .orElse(null),
        spec.container(),
        openFiles.orElse(null));
  }

  /** Those of an init container, because the agent does the same. */
  private static List<String> arguments(TuningPlan plan) {
    return TunerCommand.of(plan, Optional.empty(), false)
        .map(command -> command.arguments(plan.onError()))
        .orElse(List.of());
  }

  private static Optional<OpenFilesRange> openFiles(TuningPlan plan) {
    return plan.openFiles()
        .filter(OpenFilesPlan::nodeAgent)
        .map(OpenFilesPlan::limits)
        .map(NodePlan::range);
  }

  private static OpenFilesRange range(OpenFiles limits) {
    return new OpenFilesRange(number(limits.minimum()), number(limits.maximum()));
  }

  private static Long number(OptionalLong number) {
    return number.isPresent() ? (Long) number.getAsLong() : null;
  }
}
