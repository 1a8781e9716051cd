package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.Workload;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a suspension goes by: with other wishes, another image, other labels of the namespace,
 * another request to retry or another template of the owner, tuning is tried again at once. Written
 * as eight hexadecimal digits for the tuning and, if it is of one template, eight more.
 *
 * @param template empty for all templates
 */
public record Mark(String tuning, String template) {

  /**
   * The mark of a tuning; the same on every replica.
   *
   * @param plan the hash of the wishes
   */
  public static String ofTuning(
      WebSocketTuning tuning, String plan, String image, PlanContext context) {
    Map<String, String> annotations = tuning.getMetadata().getAnnotations();
    return Markers.token(
        plan,
        image,
        context.podSecurityLevel(),
        context.pinnedMinor().toString(),
        String.valueOf(context.capped()),
        annotations == null ? "" : annotations.getOrDefault(Markers.RETRY, ""));
  }

  /** The mark of a pod's template; owners without revisions have a single one. */
  public static String ofTemplate(Map<String, String> labels) {
    return Stream.of(Workload.TEMPLATE_HASH, Workload.ROLLOUT_HASH, Workload.REVISION_HASH)
        .filter(labels::containsKey)
        .map(label -> Markers.token(label, labels.get(label)))
        .findFirst()
        .orElse("");
  }

  /** Reads what {@link #toString} wrote, also of other versions. */
  public static Mark parse(String text) {
    int dash = text.indexOf('-');
    return dash < 0
        ? new Mark(text, "")
        : new Mark(text.substring(0, dash), text.substring(dash + 1));
  }

  /** Whether what went by this mark also goes for {@code pod}. */
  public boolean covers(Mark pod) {
    return tuning.equals(pod.tuning) && (template.isEmpty() || template.equals(pod.template));
  }

  @Override
  public String toString() {
    return template.isEmpty() ? tuning : tuning + "-" + template;
  }
}
