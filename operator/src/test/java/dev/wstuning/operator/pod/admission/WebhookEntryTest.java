package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.fixtures.ReadableYaml;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Tunings;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class WebhookEntryTest {

  @Test
  void onlyNewPodsOfTheTuningsOwnSelectorWaitForTheWebhook() {
    assertThat(ReadableYaml.of(entry(tune().keepalive(300, 10, 5))))
        .isEqualTo(
            """
            admissionReviewVersions:
              - v1
            clientConfig:
              caBundle: Y2E=
              service:
                name: wstuning-webhook
                namespace: wstuning-system
                path: /pods/chat
                port: 443
            failurePolicy: Ignore
            matchPolicy: Equivalent
            name: chat.realtime.wstuning.dev
            namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: realtime
            objectSelector:
              matchLabels:
                app: chat
            reinvocationPolicy: Never
            rules:
              - apiGroups:
                  - ''
                apiVersions:
                  - v1
                operations:
                  - CREATE
                resources:
                  - pods
                scope: Namespaced
            sideEffects: None
            timeoutSeconds: 5
            """);
  }

  @Test
  void podsThatAreNeverTunedAreNotRefusedForWantOfTheOperator() {
    assertThat(
            entry(tune().openFiles(65_536).operatorDown(OperatorDown.Reject)).getMatchConditions())
        .extracting(MatchCondition::getName)
        .containsExactly(
            "not-host-network",
            "not-host-pid",
            "not-shared-processes",
            "not-windows",
            "not-mirror");
  }

  @Test
  void podsAreRejectedWithoutTheOperatorOnlyWhereThatWasAskedFor() {
    assertThat(entry(tune().operatorDown(OperatorDown.Admit)).getFailurePolicy())
        .isEqualTo("Ignore");
    assertThat(entry(tune().operatorDown(OperatorDown.Reject)).getFailurePolicy())
        .isEqualTo("Fail");
  }

  @Test
  void anEntryThatCameBackFromTheApiServerIsEqual() {
    MutatingWebhook entry = entry(tune().keepalive(300, 10, 5));

    assertThat(Serialization.unmarshal(Serialization.asJson(entry), MutatingWebhook.class))
        .isEqualTo(entry);
  }

  @Test
  void theSelfTestConcernsNothingButItsOwnPod() {
    MutatingWebhook entry =
        WebhookEntry.webhookProbe("wstuning-system", "wstuning-webhook", "Y2E=");

    assertThat(entry.getObjectSelector().getMatchLabels())
        .containsOnlyKeys(WebhookProbe.MARK)
        .containsValue("true");
    assertThat(entry.getNamespaceSelector().getMatchLabels()).containsValue("wstuning-system");
    assertThat(entry.getFailurePolicy()).isEqualTo("Fail");
    assertThat(entry.getClientConfig().getService().getPath()).isEqualTo("/selftest");
  }

  private static MutatingWebhook entry(SpecBuilder spec) {
    return WebhookEntry.of(
        Tunings.of("chat", spec.build()),
        AdmissionPath.of("chat"),
        "wstuning-system",
        "wstuning-webhook",
        "Y2E=");
  }
}
