package dev.wstuning.operator.pod.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Selector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a pod may run on a node that a selector matches. */
class PossibleNodesTest {

  private static final String GPU = "nodeSelector: {pool: gpu}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          matchLabels: {pool: gpu}                                                | true
          matchLabels: {pool: web}                                                | false
          matchLabels: {zone: a}                                                  | true
          matchLabels: {pool: gpu, zone: a}                                       | true
          matchLabels: {pool: web, zone: a}                                       | false
          matchExpressions: [{key: pool, operator: In, values: [web, gpu]}]       | true
          matchExpressions: [{key: pool, operator: In, values: [web]}]            | false
          matchExpressions: [{key: pool, operator: NotIn, values: [web]}]         | true
          matchExpressions: [{key: pool, operator: NotIn, values: [web, gpu]}]    | false
          matchExpressions: [{key: pool, operator: Exists}]                       | true
          matchExpressions: [{key: pool, operator: DoesNotExist}]                 | false
          matchExpressions: [{key: zone, operator: DoesNotExist}]                 | true
          """)
  void aNodeSelectorSaysWhichValueALabelHas(String selector, boolean may) {
    assertThat(may(GPU, selector)).isEqualTo(may);
  }

  @Test
  void aPodThatSaysNothingMayRunAnywhere() {
    assertThat(may("{}", "matchLabels: {pool: web}")).isTrue();
    assertThat(may("{}", "{}")).as("a selector of nothing").isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{key: pool, operator: In, values: [web, gpu]}]                                    | true
          [{key: pool, operator: In, values: [gpu, cpu]}]                                    | false
          [{key: pool, operator: NotIn, values: [web]}]                                      | true
          [{key: zone, operator: In, values: [a]}]                                           | true
          [{key: zone, operator: In, values: [a]}, {key: pool, operator: In, values: [gpu]}] | false
          """)
  void whatATermOfTheAffinityNamesIsPossible(String expressions, boolean may) {
    String term = "{matchExpressions: %s}".formatted(expressions);

    assertThat(may(affinity(term), "matchLabels: {pool: web}")).isEqualTo(may);
  }

  @Test
  void oneTermIsEnough() {
    String terms =
        "{matchExpressions: [{key: pool, operator: In, values: [gpu]}]},"
            + " {matchExpressions: [{key: pool, operator: In, values: [web]}]}";

    assertThat(may(affinity(terms), "matchLabels: {pool: web}")).isTrue();
    assertThat(may(affinity(terms), "matchLabels: {pool: cpu}")).isFalse();
    assertThat(
            may(
                affinity(terms),
                "matchExpressions: [{key: pool, operator: NotIn, values: [gpu, web]}]"))
        .isFalse();
  }

  @Test
  void theNodeSelectorHoldsForEveryTerm() {
    String term = "{matchExpressions: [{key: pool, operator: In, values: [web, gpu]}]}";

    assertThat(may(GPU + "\n" + affinity(term), "matchLabels: {pool: web}")).isFalse();
    assertThat(may(GPU + "\n" + affinity(term), "matchLabels: {pool: gpu}")).isTrue();
  }

  private static String affinity(String terms) {
    return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
        + " {nodeSelectorTerms: [%s]}}}".formatted(terms);
  }

  private static boolean may(String pod, String selector) {
    return PossibleNodes.of(Serialization.unmarshal(pod, PodSpec.class))
        .mayMatch(Serialization.unmarshal(selector, Selector.class));
  }
}
