package dev.wstuning.operator.selector;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.Selector.Requirement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The three forms of a selector: a predicate, a query to the API server, and its own model. */
public final class LabelSelectors {

  private LabelSelectors() {}

  /**
   * Whether {@code labels} match, with the meaning of metav1.LabelSelector. However, a selector
   * without conditions, which the API server does not accept, matches nothing.
   */
  public static boolean matches(Selector selector, Map<String, String> labels) {
    // Loops, because hundreds of selectors may be compared with the labels of thousands of pods.
    for (Map.Entry<String, String> wanted : selector.labels().entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (Requirement requirement : selector.expressions()) {
      if (!matches(requirement, labels)) {
        return false;
      }
    }
    return !selector.isNothing();
  }

  private static boolean matches(Requirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.key());
    return switch (requirement.operator()) {
      case In -> value != null && requirement.valuesOrEmpty().contains(value);
      case NotIn -> value == null || !requirement.valuesOrEmpty().contains(value);
      case Exists -> value != null;
      case DoesNotExist -> value == null;
    };
  }

  /** The selector as the query parameter {@code labelSelector}. Equal selectors give equal text. */
  public static String query(Selector selector) {
    Stream<String> labels =
        new TreeMap<>(selector.labels())
            .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue());
    Stream<String> expressions =
        selector.expressions().stream()
            .map(
                r ->
                    switch (r.operator()) {
                      case In -> r.key() + " in (" + String.join(",", r.valuesOrEmpty()) + ")";
                      case NotIn ->
                          r.key() + " notin (" + String.join(",", r.valuesOrEmpty()) + ")";
                      case Exists -> r.key();
                      case DoesNotExist -> "!" + r.key();
                    });
    return Stream.concat(labels, expressions).collect(Collectors.joining(","));
  }

  /** The selector as the API server wants it in a webhook entry. */
  public static LabelSelector toModel(Selector selector) {
    LabelSelectorBuilder builder = new LabelSelectorBuilder().withMatchLabels(selector.labels());
    for (Requirement r : selector.expressions()) {
      builder
          .addNewMatchExpression()
          .withKey(r.key())
          .withOperator(r.operator().name())
          .withValues(r.valuesOrEmpty())
          .endMatchExpression();
    }
    return builder.build();
  }
}
