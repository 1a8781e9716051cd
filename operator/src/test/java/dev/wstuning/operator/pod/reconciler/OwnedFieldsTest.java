package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedFieldsTest {

  /** Who manages an object is read from webhook configurations. */
  @Test
  void managersAreKeptWithoutTheFieldsThatTheyOwn() {
    FieldsV1 fields = new FieldsV1();
    fields.setAdditionalProperty("f:status", "much");
    ConfigMap object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("any")
            .addNewManagedField()
            .withManager("wstuning-uid")
            .withFieldsV1(fields)
            .endManagedField()
            .endMetadata()
            .build();
    ItemStore<ConfigMap> store = OwnedFields.leftOut();

    store.put("any", object);

    List<ManagedFieldsEntry> kept = store.get("any").getMetadata().getManagedFields();
    assertThat(kept).extracting(ManagedFieldsEntry::getManager).containsExactly("wstuning-uid");
    assertThat(kept).extracting(ManagedFieldsEntry::getFieldsV1).containsOnlyNulls();
  }
}
