package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptTuningsTest {

  private final ItemStore<WebSocketTuning> store = KeptTunings.store();

  /** What is published is compared with it as text. */
  @Test
  void aStatusReadsAsBefore() {
    WebSocketTuning tuning = observed("chat");
    String status = Serialization.asJson(tuning.getStatus());

    assertThat(status).contains("observations");
    assertThat(Serialization.asJson(kept(tuning).getStatus())).isEqualTo(status);
  }

  @Test
  void equalPartsOfStatusesAreKeptOnce() {
    WebSocketTuning one = kept(observed("chat"));
    WebSocketTuning another = kept(observed("game"));

    assertThat(another.getStatus().plan()).isSameAs(one.getStatus().plan());
    assertThat(another.getStatus().observations().get(0).sysctls())
        .isSameAs(one.getStatus().observations().get(0).sysctls());
  }

  @Test
  void aNewTuningHasNoStatus() {
    assertThat(kept(Population.tuning("realtime", "new")).getStatus()).isNull();
  }

  private WebSocketTuning kept(WebSocketTuning tuning) {
    store.put(tuning.getMetadata().getName(), Serialization.clone(tuning));
    return store.get(tuning.getMetadata().getName());
  }

  private static WebSocketTuning observed(String name) {
    WebSocketTuning tuning = Population.tuning("realtime", name);
    try (SimulatedLeader leader = new SimulatedLeader(Map.of("realtime", List.of(tuning)))) {
      leader.arrives(new Population().pod("realtime", "chat", 1, "node", 7));
      tuning.setStatus(leader.pass(tuning).status());
    }
    FieldsV1 fields = new FieldsV1();
    fields.setAdditionalProperty("f:status", "much");
    tuning
        .getMetadata()
        .setManagedFields(List.of(new ManagedFieldsEntryBuilder().withFieldsV1(fields).build()));
    return tuning;
  }

  @Test
  void managersAreKeptWithoutTheFieldsThatTheyOwn() {
    assertThat(kept(observed("chat")).getMetadata().getManagedFields())
        .singleElement()
        .satisfies(manager -> assertThat(manager.getFieldsV1()).isNull());
  }
}
