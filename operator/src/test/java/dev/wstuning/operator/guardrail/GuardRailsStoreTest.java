package dev.wstuning.operator.guardrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each replica follows the ConfigMap, from before it answers the first API server. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class GuardRailsStoreTest {

  private KubernetesMockServer server;
  private KubernetesClient client;
  private GuardRailsStore store;
  private final AtomicInteger changes = new AtomicInteger();

  @BeforeEach
  void make() {
    store = new GuardRailsStore(client, "wstuning-system", Set.of("kube-system"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void nothingIsKnownBeforeTheConfigMapIsRead() {
    assertThat(store.known()).isFalse();
  }

  @Test
  void whatItHasIsKnownFromTheFirstMomentOn() {
    client.resource(configMap(Map.of("maxPrivilege", "Unprivileged"))).create();

    store.follow(changes::incrementAndGet);
    await().until(store::known);

    assertThat(store.current().in("realtime").privilege()).isPresent();
  }

  @Test
  void aChangeIsTakenUpAndReportedOnce() {
    client.resource(configMap(Map.of())).create();
    store.follow(changes::incrementAndGet);
    await().until(() -> store.known() && store.watching());
    assertThat(changes).hasValue(0);

    client.resource(configMap(Map.of("untouchedNamespaces", "payments"))).update();
    await().until(() -> changes.get() == 1);
    assertThat(store.current().in("payments").change()).isPresent();

    client.resource(configMap(Map.of("untouchedNamespaces", "payments,"))).update();
    client.resource(configMap(Map.of())).update();
    await().until(() -> store.current().in("payments").change().isEmpty());
    await().until(() -> changes.get() == 2);
  }

  /** As after an update with older manifests. */
  @Test
  void withoutTheConfigMapTheDefaultsHold() {
    store.follow(changes::incrementAndGet);
    await().until(store::known);

    assertThat(store.current()).isEqualTo(GuardRails.none(Set.of("kube-system")));
  }

  /** These do not give the right to read it either. */
  @Test
  void withoutTheRightToReadItTheDefaultsHold() {
    server
        .expect()
        .get()
        .withPath(
            "/api/v1/namespaces/wstuning-system/configmaps?fieldSelector=metadata.name%3Dwstuning-guard-rails&resourceVersion=0")
        .andReturn(403, new StatusBuilder().withCode(403).withMessage("forbidden").build())
        .always();

    store.follow(changes::incrementAndGet);
    await().until(store::known);

    assertThat(store.current()).isEqualTo(GuardRails.none(Set.of("kube-system")));
    assertThat(store.watching()).isFalse();
  }

  @Test
  void aDeletionChangesNothingUntilTheNextStart() {
    ConfigMap configMap =
        client.resource(configMap(Map.of("maxPrivilege", "Unprivileged"))).create();
    store.follow(changes::incrementAndGet);
    await().until(() -> store.known() && store.watching());

    client.resource(configMap).delete();
    client.resource(configMap(Map.of("maxPrivilege", "Unprivileged"))).create();
    client.resource(configMap(Map.of("untouchedNamespaces", "payments"))).update();
    await().until(() -> store.current().in("payments").change().isPresent());
    await().until(() -> changes.get() == 2);
  }

  private static ConfigMap configMap(Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("wstuning-system")
        .withName(GuardRails.CONFIG_MAP)
        .endMetadata()
        .withData(data)
        .build();
  }
}
