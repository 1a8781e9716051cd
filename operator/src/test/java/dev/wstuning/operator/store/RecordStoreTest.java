package dev.wstuning.operator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordStoreTest {

  /** What the record says; two of them are equal and yet two. */
  private record Text(String value, String place, Map<String, String> labels) {

    Text(String value, String place) {
      this(value, place, Map.of("app", "chat"));
    }
  }

  private final List<Optional<Text>> previous = new ArrayList<>();
  private final RecordStore<ConfigMap, Text> store =
      new RecordStore<>(
          new Kept<>(
              ConfigMap::new,
              Text::labels,
              (object, before) -> {
                previous.add(before);
                return Optional.ofNullable(Objects.requireNonNull(object.getData()).get("text"))
                    .map(text -> new Text(text, object.getData().get("place")));
              },
              text -> Optional.ofNullable(text.place())),
          namespace -> !namespace.equals("foreign"));

  @Test
  void keepsARecordAndOfTheObjectWhatAnInformerCompares() {
    put("chat", "a", "first", "n1");

    assertThat(store.in("chat")).containsExactly(new Text("first", "n1"));
    assertThat(store.get("chat/a").getData()).isNullOrEmpty();
    assertThat(store.get("chat/a").getMetadata().getResourceVersion())
        .isEqualTo("version of first");
    assertThat(store.get("chat/a").getMetadata().getLabels()).containsOnly(entry("app", "chat"));
    assertThat(store.keySet()).containsExactly("chat/a");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void aChangeReplacesTheRecordAndReturnsWhatWasThere() {
    ConfigMap first = put("chat", "a", "first", "n1");
    ConfigMap before = put("chat", "a", "second", "n2");

    assertThat(first).isNull();
    assertThat(before.getMetadata().getName()).isEqualTo("a");
    assertThat(before.getMetadata().getResourceVersion()).isEqualTo("version of first");
    assertThat(store.in("chat")).containsExactly(new Text("second", "n2"));
    assertThat(store.at("n1")).isEmpty();
    assertThat(store.at("n2")).hasSize(1);
  }

  /** What took time to read does not have to be read again. */
  @Test
  void theLastRecordIsAtHandWhenTheNextIsMade() {
    put("chat", "a", "first", "n1");
    put("chat", "b", "other", "n1");
    put("chat", "a", "second", "n2");

    assertThat(previous)
        .containsExactly(Optional.empty(), Optional.empty(), Optional.of(new Text("first", "n1")));
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

  /** The informer of a cluster sees all namespaces, and most may not matter. */
  @Test
  void ofForeignObjectsNeitherRecordsNorLabelsAreKept() {
    put("foreign", "a", "first", "n1");

    assertThat(store.in("foreign")).isEmpty();
    assertThat(store.at("n1")).isEmpty();
    assertThat(store.get("foreign/a").getMetadata().getLabels()).isNullOrEmpty();
    assertThat(store.get("foreign/a").getMetadata().getName()).isEqualTo("a");
  }

  /** One object must not keep an informer from all others. */
  @Test
  void anObjectThatCannotBeReadIsLeftOut() {
    put("chat", "a", "first", "n1");
    store.put("chat/a", new ConfigMapBuilder(store.get("chat/a")).withData(null).build());
    put("chat", "b", "second", "n1");

    assertThat(store.in("chat")).containsExactly(new Text("second", "n1"));
    assertThat(store.get("chat/a")).isNotNull();
    assertThat(store.at("n1")).hasSize(1);
  }

  private ConfigMap put(String namespace, String name, String text, String place) {
    ConfigMap object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withResourceVersion("version of " + text)
            .addToLabels("app", "chat")
            .endMetadata()
            .addToData("text", text)
            .addToData("place", place)
            .build();
    return store.put(store.getKey(object), object);
  }
}
