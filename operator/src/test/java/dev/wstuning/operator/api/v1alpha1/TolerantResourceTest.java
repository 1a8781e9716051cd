package dev.wstuning.operator.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.selector.LabelSelectors;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a newer version may have written costs the one object that has it. */
class TolerantResourceTest {

  private static final String KNOWN =
      """
      apiVersion: wstuning.dev/v1alpha1
      kind: WebSocketTuning
      metadata: {name: chat, namespace: realtime, generation: 3}
      spec:
        selector: {matchLabels: {app: chat}}
        mode: Tune
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        ports: [{port: 8080}]
        rollout: {existingPods: Keep}
      status:
        observedGeneration: 3
        conditions:
        - {type: Ready, status: "True", reason: Effective, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
      """;

  @Test
  void whatIsKnownIsUnderstood() {
    WebSocketTuning tuning = read(KNOWN);

    assertThat(tuning.notUnderstood()).isEqualTo(NotUnderstood.NOTHING);
    assertThat(tuning.getMetadata().getName()).isEqualTo("chat");
    assertThat(tuning.getSpec().keepalive().timeSeconds()).isEqualTo(300);
    assertThat(tuning.getStatus().conditionsOrEmpty()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: Tune | 'mode: Tune\n  budget: {percent: 5}' | spec.budget",
        "{existingPods: Keep} | '{existingPods: Keep, canaries: 2}' | spec.rollout.canaries",
        "port: 8080 | 'port: 8080, protocol: TCP' | spec.ports.0.protocol",
      })
  void aFieldThatIsNotKnownIsSkippedAndNamed(String known, String newer, String path) {
    WebSocketTuning tuning = read(KNOWN.replace(known, newer));

    assertThat(tuning.notUnderstood()).isEqualTo(new NotUnderstood(List.of(path), List.of()));
    assertThat(tuning.isReadable()).isTrue();
    assertThat(tuning.getSpec().keepalive().probes()).isEqualTo(5);
    assertThat(tuning.getSpec().existingPodsOrDefault())
        .isEqualTo(WebSocketTuningSpec.ExistingPods.Keep);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: Tune | mode: Audit | spec.mode",
        "existingPods: Keep | existingPods: OneByOne | spec.rollout.existingPods",
        "{port: 8080} | 8080 | spec.ports.0",
        "mode: Tune | 'methods: {sockets: [Tunnel]}' | spec.methods.sockets.0",
        "timeSeconds: 300 | timeSeconds: 5m | spec.keepalive.timeSeconds",
        "timeSeconds: 300, | '' | spec.keepalive.timeSeconds",
        "rollout: {existingPods: Keep} | rollout: Keep | spec.rollout",
        "rollout: {existingPods: Keep} | rollout: [Keep] | spec.rollout",
      })
  void aValueThatCannotBeReadLeavesTheSelectorAlone(String known, String newer, String path) {
    WebSocketTuning tuning = read(KNOWN.replace(known, newer));

    assertThat(tuning.notUnderstood().values()).containsExactly(path);
    assertThat(tuning.isReadable()).isFalse();
    assertThat(tuning.getSpec().keepalive()).isNull();
    assertThat(LabelSelectors.matches(tuning.getSpec().selector(), Map.of("app", "chat"))).isTrue();
  }

  /**
   * Without one of its conditions, a selector would select pods that the user did not want to tune.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{matchLabels: {app: chat}, matchFields: {a: b}}",
        "{matchExpressions: [{key: app, operator: Gt, values: ['1']}]}",
        "{matchExpressions: [{key: app, operator: In, values: [chat], not: true}]}",
        "all",
        "{matchLabels: 5}",
      })
  void aSelectorThatIsNotUnderstoodAsAWholeSelectsNothing(String selector) {
    WebSocketTuning tuning = read(KNOWN.replace("{matchLabels: {app: chat}}", selector));

    assertThat(tuning.isReadable()).isFalse();
    assertThat(tuning.getSpec().selector().isNothing()).isTrue();
    assertThat(LabelSelectors.matches(tuning.getSpec().selector(), Map.of("app", "chat")))
        .isFalse();
  }

  @Test
  void aNumberThatIsTooLargeCostsTheObjectAndNoOther() {
    WebSocketTuning tuning = read(KNOWN.replace("8080", "99999999999999999999"));

    assertThat(tuning.isReadable()).isFalse();
    assertThat(tuning.getMetadata().getName()).isEqualTo("chat");
    assertThat(LabelSelectors.matches(tuning.getSpec().selector(), Map.of("app", "chat"))).isTrue();
  }

  @Test
  void aFractionIsNotCutOff() {
    WebSocketTuning tuning = read(KNOWN.replace("timeSeconds: 300", "timeSeconds: 7.5"));

    assertThat(tuning.isReadable()).isFalse();
  }

  @Test
  void whatIsNewInAStatusIsSkipped() {
    WebSocketTuning tuning =
        read(KNOWN.replace("observedGeneration: 3", "observedGeneration: 3\n  budgets: [{a: 1}]"));

    assertThat(tuning.notUnderstood()).isEqualTo(NotUnderstood.NOTHING);
    assertThat(tuning.getStatus().observedGeneration()).isEqualTo(3);
  }

  /** A suspension must not be forgotten because something else has another shape. */
  @Test
  void aStatusOfAnotherShapeIsReadAsFarAsItIsKnown() {
    WebSocketTuning tuning =
        read(
            KNOWN
                .replace(
                    "observedGeneration: 3",
                    "observedGeneration: 3\n  pods: 5\n  suspensions: [{fingerprint: f, message: r}]")
                .replace("status: \"True\"", "status: Perhaps"));

    assertThat(tuning.isReadable()).isTrue();
    assertThat(tuning.isStatusReadable()).isFalse();
    assertThat(tuning.getStatus().pods()).isNull();
    assertThat(tuning.getStatus().suspensionsOrEmpty().get(0).message()).isEqualTo("r");
    assertThat(tuning.getStatus().conditionsOrEmpty()).isEmpty();
  }

  @Test
  void aCopyIsNotUnderstoodEither() {
    WebSocketTuning tuning = read(KNOWN.replace("mode: Tune", "mode: Audit"));

    assertThat(tuning.copy().notUnderstood()).isEqualTo(tuning.notUnderstood());
    assertThat(tuning.copy().getMetadata()).isEqualTo(tuning.getMetadata());
    assertThat(tuning.copy().getSpec()).isEqualTo(tuning.getSpec());
    assertThat(tuning.copy().getStatus()).isEqualTo(tuning.getStatus());
  }

  @Test
  void onlyAFewOfManyAreNamed() {
    StringBuilder many = new StringBuilder("mode: Tune\n");
    for (int i = 0; i < 100; i++) {
      many.append("  new%02d: 1\n".formatted(i));
    }

    assertThat(read(KNOWN.replace("mode: Tune\n", many)).notUnderstood().fields())
        .containsExactly("spec.new00", "spec.new01", "spec.new02", "spec.new03", "spec.new04");
  }

  @Test
  void aNodeTuningIsReadAsTolerantly() {
    String known =
        """
        apiVersion: wstuning.dev/v1alpha1
        kind: WebSocketNodeTuning
        metadata: {name: nodes}
        spec:
          nodeSelector: {matchLabels: {kubernetes.io/os: linux}}
          sysctls: [{name: fs.nr_open, value: "1048576", policy: AtLeast}]
        """;
    WebSocketNodeTuning newer =
        Serialization.unmarshal(known.replace("AtLeast", "AtMost"), WebSocketNodeTuning.class);
    WebSocketNodeTuning more =
        Serialization.unmarshal(known + "  waves: {size: 1}\n", WebSocketNodeTuning.class);

    assertThat(newer.notUnderstood().values()).containsExactly("spec.sysctls.0.policy");
    assertThat(newer.getSpec().sysctlsOrEmpty()).isEmpty();
    assertThat(newer.getSpec().nodeSelector().labels()).containsKey("kubernetes.io/os");
    assertThat(more.notUnderstood().fields()).containsExactly("spec.waves");
    assertThat(more.getSpec().sysctlsOrEmpty()).hasSize(1);
  }

  @Test
  void whatANewerAgentReportsIsReadAsFarAsItIsKnown() {
    WebSocketNodeState node =
        Serialization.unmarshal(
            """
            apiVersion: wstuning.dev/v1alpha1
            kind: WebSocketNodeState
            metadata: {name: node-1}
            spec: {sysctls: [{name: a, value: "1", policy: AtMost, tuning: t}]}
            status: {observedGeneration: 1, journal: [1], openFiles: {serving: true, gate: {a: 1}}}
            """,
            WebSocketNodeState.class);

    assertThat(node.isReadable()).isFalse();
    assertThat(node.getSpec().sysctlsOrEmpty().get(0).policy()).isNull();
    assertThat(node.getStatus().openFiles().isServing()).isTrue();
  }

  private static WebSocketTuning read(String yaml) {
    return Serialization.unmarshal(yaml, WebSocketTuning.class);
  }
}
