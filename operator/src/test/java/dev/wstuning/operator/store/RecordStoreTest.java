package dev.wstuning.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordStoreTest {

  /** What the record says; two of them are equal and yet two. */
  private record Text(String value, String place) {}

  private final RecordStore<ConfigMap, Text> store =
      new RecordStore<>(
          object -> new ConfigMapBuilder().withMetadata(object.getMetadata()).build(),
          object ->
              Optional.ofNullable(object.getData().get("text"))
                  .map(text -> new Text(text, object.getData().get("place"))),
          text -> Optional.ofNullable(text.place()));

  @Test
  void keepsARecordAndOnlyTheIdentityOfTheObject() {
    put("chat", "a", "first", "n1");

    assertThat(store.in("chat")).containsExactly(new Text("first", "n1"));
    assertThat(store.get("chat/a").getData()).isNullOrEmpty();
    assertThat(store.keySet()).containsExactly("chat/a");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void aChangeReplacesTheRecordAndReturnsWhatWasThere() {
    ConfigMap first = put("chat", "a", "first", "n1");
    ConfigMap before = put("chat", "a", "second", "n2");

    assertThat(first).isNull();
    assertThat(before.getMetadata().getName()).isEqualTo("a");
    assertThat(store.in("chat")).containsExactly(new Text("second", "n2"));
    assertThat(store.at("n1")).isEmpty();
    assertThat(store.at("n2")).hasSize(1);
  }

  @Test
  void removalForgetsEverything() {
    put("chat", "a", "first", "n1");
    put("chat", "b", "first", "n1");

    assertThat(store.remove("chat/a").getMetadata().getName()).isEqualTo("a");
    assertThat(store.remove("chat/a")).isNull();
    assertThat(store.remove("nowhere/a")).isNull();

    assertThat(store.in("chat")).hasSize(1);
    assertThat(store.at("n1")).hasSize(1);
    assertThat(store.get("chat/a")).isNull();
  }

  @Test
  void equalRecordsOfOnePlaceAreTwo() {
    put("chat", "a", "same", "n1");
    put("game", "a", "same", "n1");

    assertThat(store.at("n1")).hasSize(2);
    assertThat(store.in("game")).hasSize(1);
  }

  /** The informer must know such objects all the same: it compares them with the next list. */
  @Test
  void anObjectWithoutARecordIsThere() {
    put("chat", "a", null, null);

    assertThat(store.in("chat")).isEmpty();
    assertThat(store.get("chat/a")).isNotNull();
    assertThat(store.values()).hasSize(1);
  }

  private ConfigMap put(String namespace, String name, String text, String place) {
    ConfigMap object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .addToData("text", text)
            .addToData("place", place)
            .build();
    return store.put(store.getKey(object), object);
  }
}
