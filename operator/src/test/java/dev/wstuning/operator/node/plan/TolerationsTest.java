package dev.wstuning.operator.node.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.TaintEffect;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Toleration;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.TolerationOperator;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Taints and tolerations mean what they mean for pods. */
class TolerationsTest {

  @ParameterizedTest
  @CsvSource({
    // taint: key, value, effect; toleration: key, operator, value, effect; tolerated
    "dedicated, chat, NoSchedule,       dedicated, Equal,  chat, NoSchedule, true",
    "dedicated, chat, NoSchedule,       dedicated, Equal,  chat, ,           true",
    "dedicated, chat, NoSchedule,       dedicated, ,       chat, ,           true",
    "dedicated, chat, NoSchedule,       dedicated, Equal,  jobs, ,           false",
    "dedicated, chat, NoSchedule,       dedicated, Equal,  ,     ,           false",
    "dedicated, ,     NoSchedule,       dedicated, Equal,  ,     ,           true",
    "dedicated, chat, NoSchedule,       dedicated, Exists, ,     ,           true",
    "dedicated, chat, NoSchedule,       dedicated, Exists, ,     NoExecute,  false",
    "dedicated, chat, NoExecute,        dedicated, Exists, ,     NoExecute,  true",
    "dedicated, chat, NoSchedule,       other,     Exists, ,     ,           false",
    "dedicated, chat, NoSchedule,       ,          Exists, ,     ,           true",
    "dedicated, chat, NoExecute,        ,          Exists, ,     NoSchedule, false",
  })
  void aTaintIsToleratedAsByAPod(
      String taintKey,
      String taintValue,
      String taintEffect,
      String key,
      TolerationOperator operator,
      String value,
      TaintEffect effect,
      boolean tolerated) {
    Taint taint = new Taint(taintEffect, taintKey, null, taintValue);

    assertThat(
            Tolerations.of(List.of(new Toleration(key, operator, value, effect)), List.of(taint)))
        .isEqualTo(tolerated);
  }

  @Test
  void withoutTolerationsATaintKeepsTheNodeOff() {
    assertThat(Tolerations.of(List.of(), List.of(new Taint("NoExecute", "gpu", null, null))))
        .isFalse();
  }

  @Test
  void aTaintThatIsOnlyAPreferenceDoesNotKeepTheNodeOff() {
    assertThat(Tolerations.of(List.of(), List.of(new Taint("PreferNoSchedule", "gpu", null, null))))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"unschedulable, NoSchedule", "not-ready, NoExecute", "unreachable, NoExecute"})
  void aNodeKeepsItsSettingsWhileItIsCordonedOrNotReady(String condition, String effect) {
    Taint taint = new Taint(effect, "node.kubernetes.io/" + condition, null, null);

    assertThat(Tolerations.of(List.of(), List.of(taint))).isTrue();
  }

  @Test
  void everyTaintMustBeTolerated() {
    Toleration gpu = new Toleration("gpu", TolerationOperator.Exists, null, null);
    List<Taint> taints =
        List.of(
            new Taint("NoSchedule", "gpu", null, null), new Taint("NoSchedule", "db", null, null));

    assertThat(Tolerations.of(List.of(gpu), taints)).isFalse();
  }
}
