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
import java.util.List;
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
            matchConditions:
              - expression: '!has(object.spec.hostNetwork) || !object.spec.hostNetwork'
                name: not-host-network
              - expression: '!has(object.spec.hostPID) || !object.spec.hostPID'
                name: not-host-pid
              - expression: '!has(object.spec.shareProcessNamespace) || !object.spec.shareProcessNamespace'
                name: not-shared-processes
              - expression: '!has(object.spec.os) || object.spec.os.name != ''windows'''
                name: not-windows
              - expression: '!has(object.metadata.annotations) || !(''kubernetes.io/config.mirror'' in object.metadata.annotations)'
                name: not-mirror
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

  /** Those of pods on the host's network can be raised, too. */
  @Test
  void ifOpenFilesAreWantedMorePodsComeToTheWebhook() {
    for (SpecBuilder spec : List.of(tune().openFiles(65_536), tune().connections(50_000))) {
      assertThat(entry(spec).getMatchConditions())
          .extracting(MatchCondition::getName)
          .containsExactly("not-windows", "not-mirror");
    }
    assertThat(
            entry(tune().openFiles(65_536).operatorDown(OperatorDown.Reject)).getMatchConditions())
        .as("pods that are never tuned are not refused for want of the operator")
        .hasSize(5);
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
