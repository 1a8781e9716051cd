package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.fixtures.Tunings;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Others narrow the operator's entries, and the operator does not fight with them. */
class OwnedEntryTest {

  /** What AKS adds to each webhook. */
  private static final LabelSelectorRequirement MANAGED =
      new LabelSelectorRequirementBuilder()
          .withKey("kubernetes.azure.com/managedby")
          .withOperator("NotIn")
          .withValues("aks")
          .build();

  private static final MutatingWebhook WANTED = entry("chat");

  static Stream<UnaryOperator<MutatingWebhook>> additions() {
    return Stream.of(
        w -> w,
        changed(
            w -> w.editNamespaceSelector().addToMatchExpressions(MANAGED).endNamespaceSelector()),
        changed(
            w -> w.editNamespaceSelector().addToMatchLabels("team", "a").endNamespaceSelector()),
        changed(w -> w.editObjectSelector().addToMatchExpressions(MANAGED).endObjectSelector()),
        changed(w -> w.addToMatchConditions(new MatchCondition("true", "theirs"))));
  }

  static Stream<UnaryOperator<MutatingWebhook>> changes() {
    return Stream.of(
        changed(w -> w.withFailurePolicy("Ignore")),
        changed(w -> w.withTimeoutSeconds(30)),
        changed(w -> w.withReinvocationPolicy("IfNeeded")),
        changed(w -> w.withMatchConditions(List.of())),
        changed(w -> w.withNewNamespaceSelector().endNamespaceSelector()),
        changed(
            w ->
                w.editNamespaceSelector()
                    .addToMatchLabels("kubernetes.io/metadata.name", "other")
                    .endNamespaceSelector()),
        changed(w -> w.editObjectSelector().withMatchLabels(null).endObjectSelector()),
        changed(w -> w.editClientConfig().withCaBundle("b3RoZXI=").endClientConfig()));
  }

  private interface Change extends UnaryOperator<MutatingWebhookBuilder> {}

  private static UnaryOperator<MutatingWebhook> changed(Change change) {
    return w -> change.apply(new MutatingWebhookBuilder(w)).build();
  }

  @ParameterizedTest
  @MethodSource("additions")
  void whatOthersAddIsTolerated(UnaryOperator<MutatingWebhook> addition) {
    assertThat(OwnedEntry.isIn(WANTED, addition.apply(WANTED))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatOthersChangeIsNot(UnaryOperator<MutatingWebhook> change) {
    assertThat(OwnedEntry.isIn(WANTED, change.apply(WANTED))).isFalse();
  }

  @Test
  void additionsStayWhenTheEntryIsWrittenForAnotherReason() {
    MutatingWebhook present =
        new MutatingWebhookBuilder(WANTED)
            .editNamespaceSelector()
            .addToMatchExpressions(MANAGED)
            .endNamespaceSelector()
            .build();

    MutatingWebhook next = OwnedEntry.withAdditions(entry("push"), present, WANTED);

    assertThat(next.getNamespaceSelector().getMatchExpressions()).containsExactly(MANAGED);
    assertThat(next.getObjectSelector().getMatchLabels())
        .as("the operator's own selector is replaced")
        .containsEntry("app", "push")
        .hasSize(1);
    assertThat(OwnedEntry.isIn(entry("push"), next)).isTrue();
  }

  /** An earlier version wrote them into each entry. */
  @Test
  void ownConditionsThatAreWantedNoMoreAreNoAdditionOfOthers() {
    MutatingWebhook wanted = entry("chat", OperatorDown.Admit);
    MutatingWebhook earlier =
        new MutatingWebhookBuilder(wanted).withMatchConditions(WANTED.getMatchConditions()).build();

    assertThat(wanted.getMatchConditions()).isEmpty();
    assertThat(OwnedEntry.isIn(wanted, earlier)).isFalse();
  }

  private static MutatingWebhook entry(String app) {
    return entry(app, OperatorDown.Reject);
  }

  private static MutatingWebhook entry(String app, OperatorDown operatorDown) {
    var tuning =
        Tunings.of(
            "chat",
            tune()
                .keepalive(300, 10, 5)
                .operatorDown(operatorDown)
                .selector(new Selector(Map.of("app", app), null))
                .build());
    return WebhookEntry.of(
        tuning, AdmissionPath.of(tuning), "wstuning-system", "wstuning-webhook", "Y2E=");
  }
}
