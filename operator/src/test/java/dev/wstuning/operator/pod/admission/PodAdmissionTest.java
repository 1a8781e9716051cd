package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.selection.Exclusion;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the API server gets as the answer about a new pod. */
class PodAdmissionTest {

  private static final WebSocketTuning CHAT =
      Tunings.of("chat", tune().keepalive(300, 10, 5).build(), "2026-01-01T00:00:00Z");

  @Test
  void aPodThatTheTuningOwnsIsTuned() throws Exception {
    JsonNode pod = Reviews.applied(Reviews.POD, admit(Reviews.POD, CHAT));

    assertThat(pod.at("/spec/initContainers/0/name").asText()).isEqualTo("wstuning");
    assertThat(pod.at("/spec/initContainers/0/image").asText()).isEqualTo(TestPod.TUNER_IMAGE);
    assertThat(pod.at("/metadata/annotations/wstuning.dev~1tuning").asText()).isEqualTo("chat");
    assertThat(pod.at("/metadata/annotations/wstuning.dev~1plan").asText())
        .isEqualTo("v1:20b9361b786a");
  }

  @Test
  void nothingElseOfThePodChanges() throws Exception {
    ObjectNode pod = (ObjectNode) Reviews.applied(Reviews.POD, admit(Reviews.POD, CHAT));

    ((ObjectNode) pod.get("metadata")).remove("annotations");
    ((ObjectNode) pod.get("spec")).remove("initContainers");
    assertThat(pod).isEqualTo(Reviews.json(Reviews.POD));
  }

  @Test
  void aPodThatWasTunedAlreadyIsLeftAsItIs() throws Exception {
    String tuned = Reviews.applied(Reviews.POD, admit(Reviews.POD, CHAT)).toString();

    assertUnchanged(admit(tuned, CHAT));
  }

  @Test
  void aPodThatIsExcludedIsAdmittedAsItCame() throws Exception {
    assertUnchanged(
        admit(Reviews.POD.replace("\"spec\":{", "\"spec\":{\"hostNetwork\":true,"), CHAT));
  }

  @Test
  void aTuningThatOnlyObservesChangesNothing() throws Exception {
    assertUnchanged(
        admit(Reviews.POD, Tunings.of("chat", observe().keepalive(300, 10, 5).build())));
  }

  @Test
  void aPodWithAUserNamespaceGetsNoPrivilegedContainer() throws Exception {
    String isolated = Reviews.POD.replace("\"spec\":{", "\"spec\":{\"hostUsers\":false,");

    JsonNode pod = Reviews.applied(isolated, admit(isolated, CHAT));

    assertThat(pod.at("/spec/initContainers").isMissingNode()).isTrue();
    assertThat(pod.at("/spec/securityContext/sysctls").size()).isEqualTo(3);
  }

  /** Of a newer version: the API server still calls, until the entry is withdrawn. */
  @Test
  void aTuningThatCannotBeReadChangesNothing() throws Exception {
    WebSocketTuning newer =
        Serialization.unmarshal(
            Serialization.asYaml(CHAT).replace("mode: \"Tune\"", "mode: \"Audit\""),
            WebSocketTuning.class);
    assertThat(newer.notUnderstood().values()).containsExactly("spec.mode");

    assertUnchanged(admit(Reviews.POD, newer));
  }

  @Test
  void whatCannotBeReadOfTheNamespaceIsForTheFailurePolicy() {
    TuningLookup cutOff =
        new FixedTunings(CHAT) {
          @Override
          public PlanContext planContext(String namespace) {
            throw new KubernetesClientException("the API server does not answer");
          }
        };

    assertThatThrownBy(
            () ->
                new PodAdmission(cutOff, new PodMutator(TestPod.TUNER_IMAGE), Refusals.none())
                    .admit(Reviews.request(Reviews.POD), AdmissionPath.of("chat"), () -> true))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void theOlderTuningKeepsThePod() throws Exception {
    WebSocketTuning older =
        Tunings.of("older", tune().keepalive(60, 10, 5).build(), "2025-01-01T00:00:00Z");

    assertUnchanged(admit(Reviews.POD, CHAT, older));
  }

  /** The API server still calls, until the entry is withdrawn. */
  @Test
  void podsThatAgentsTuneAreAdmittedAsTheyCame() throws Exception {
    assertUnchanged(
        admit(
            Reviews.POD,
            Tunings.of("chat", tune().via(Via.NodeAgent).keepalive(300, 10, 5).build())));
  }

  @Test
  void aPodOfAnOlderTuningThatAgentsCarryOutIsNotTunedTwice() throws Exception {
    WebSocketTuning older =
        Tunings.of(
            "older",
            tune().via(Via.NodeAgent).keepalive(60, 10, 5).build(),
            "2025-01-01T00:00:00Z");

    assertUnchanged(admit(Reviews.POD, CHAT, older));
  }

  /** It was deleted and created again, and the cache has only the first. */
  @Test
  void aTuningDoesNotCompeteWithItsPredecessor() throws Exception {
    WebSocketTuning predecessor =
        Tunings.of("chat", tune().keepalive(60, 10, 5).build(), "2025-01-01T00:00:00Z");
    predecessor.getMetadata().setUid("uid-of-the-predecessor");
    TuningLookup behind =
        new FixedTunings(predecessor) {
          @Override
          public Optional<WebSocketTuning> find(String namespace, AdmissionPath path) {
            return Optional.of(CHAT);
          }
        };

    AdmissionResponse response =
        new PodAdmission(behind, new PodMutator(TestPod.TUNER_IMAGE), Refusals.none())
            .admit(Reviews.request(Reviews.POD), AdmissionPath.of(CHAT), () -> true)
            .response();

    assertThat(response.getPatch()).isNotNull();
  }

  @Test
  void aYoungerTuningDoesNotMatter() throws Exception {
    WebSocketTuning younger =
        Tunings.of("younger", tune().keepalive(60, 10, 5).build(), "2026-02-01T00:00:00Z");

    assertThat(admit(Reviews.POD, CHAT, younger).getPatch()).isNotNull();
  }

  @Test
  void anOlderTuningThatDoesNotSelectThePodDoesNotMatter() throws Exception {
    WebSocketTuning older =
        Tunings.of(
            "older",
            tune().selector(new Selector(Map.of("app", "mail"), null)).build(),
            "2025-01-01T00:00:00Z");

    assertThat(admit(Reviews.POD, CHAT, older).getPatch()).isNotNull();
  }

  @Test
  void aLabelThatAnEarlierWebhookTookAwayTakesThePodAway() throws Exception {
    assertUnchanged(admit(Reviews.POD.replace("\"labels\":{\"app\":\"chat\"},", ""), CHAT));
  }

  @Test
  void anUnknownTuningIsForTheFailurePolicy() {
    PodAdmission admission =
        new PodAdmission(new FixedTunings(), new PodMutator(TestPod.TUNER_IMAGE), Refusals.none());

    assertThatThrownBy(
            () ->
                admission.admit(Reviews.request(Reviews.POD), AdmissionPath.of("chat"), () -> true))
        .isInstanceOf(PodAdmission.UnknownTuningException.class)
        .hasMessage("no WebSocketTuning chat in namespace realtime");
  }

  @ParameterizedTest
  @EnumSource
  void everyExclusionHasAnOutcome(Exclusion why) {
    assertThat(AdmissionOutcome.leftAlone(why).name()).endsWith(why.name());
  }

  private static void assertUnchanged(AdmissionResponse response) {
    assertThat(response.getAllowed()).isTrue();
    assertThat(response.getPatch()).isNull();
  }

  private static AdmissionResponse admit(String pod, WebSocketTuning... tunings) throws Exception {
    return new PodAdmission(
            new FixedTunings(tunings), new PodMutator(TestPod.TUNER_IMAGE), Refusals.none())
        .admit(Reviews.request(pod), AdmissionPath.of("chat"), () -> true)
        .response();
  }
}
