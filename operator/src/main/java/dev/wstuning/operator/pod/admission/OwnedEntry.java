package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.pod.selection.Exclusion;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Distinguishes what the operator owns of a webhook entry from what others added: providers narrow
 * the selectors of all webhooks, and do so again whenever that is taken out (Azure/AKS#1771).
 * Additions are labels, expressions and match conditions.
 */
final class OwnedEntry {

  /** Also of entries that have none any more. */
  private static final Set<String> OWN_CONDITIONS =
      Exclusion.matchConditions().stream()
          .map(Exclusion.MatchCondition::name)
          .collect(Collectors.toUnmodifiableSet());

  private OwnedEntry() {}

  /** Whether {@code present} is {@code wanted}, apart from additions. */
  static boolean isIn(MutatingWebhook wanted, MutatingWebhook present) {
    MutatingWebhook owned =
        new MutatingWebhookBuilder(present)
            .withNamespaceSelector(
                common(present.getNamespaceSelector(), wanted.getNamespaceSelector()))
            .withObjectSelector(common(present.getObjectSelector(), wanted.getObjectSelector()))
            .withMatchConditions(
                present.getMatchConditions().stream()
                    .filter(c -> OWN_CONDITIONS.contains(c.getName()))
                    .toList())
            .build();
    return owned.equals(wanted);
  }

  /**
   * {@code wanted} with the additions that {@code present} has to the selectors of {@code before}.
   * Match conditions need no such care: the API server merges them by their names.
   */
  static MutatingWebhook withAdditions(
      MutatingWebhook wanted, MutatingWebhook present, MutatingWebhook before) {
    return new MutatingWebhookBuilder(wanted)
        .withNamespaceSelector(
            added(
                wanted.getNamespaceSelector(),
                present.getNamespaceSelector(),
                before.getNamespaceSelector()))
        .withObjectSelector(
            added(
                wanted.getObjectSelector(),
                present.getObjectSelector(),
                before.getObjectSelector()))
        .build();
  }

  /** Those parts of {@code selector} that {@code other} has, too. */
  private static LabelSelector common(LabelSelector selector, LabelSelector other) {
    Map<String, String> labels = new HashMap<>(labels(selector));
    labels.entrySet().retainAll(labels(other).entrySet());
    List<LabelSelectorRequirement> expressions = new ArrayList<>(expressions(selector));
    expressions.retainAll(expressions(other));
    return selector(labels, expressions, other);
  }

  private static LabelSelector added(
      LabelSelector wanted, LabelSelector present, LabelSelector before) {
    Map<String, String> labels = new HashMap<>(labels(present));
    labels.keySet().removeAll(labels(before).keySet());
    labels.putAll(labels(wanted));
    List<LabelSelectorRequirement> expressions = new ArrayList<>(expressions(wanted));
    expressions(present).stream()
        .filter(e -> !expressions(before).contains(e) && !expressions.contains(e))
        .forEach(expressions::add);
    return selector(labels, expressions, wanted);
  }

  private static LabelSelector selector(
      Map<String, String> labels, List<LabelSelectorRequirement> expressions, LabelSelector like) {
    return new LabelSelectorBuilder(like)
        .withMatchLabels(labels)
        .withMatchExpressions(expressions)
        .build();
  }

  private static Map<String, String> labels(LabelSelector selector) {
    return selector == null
        ? Map.of()
        : Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
  }

  private static List<LabelSelectorRequirement> expressions(LabelSelector selector) {
    return selector == null ? List.of() : selector.getMatchExpressions();
  }
}
