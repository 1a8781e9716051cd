package dev.wstuning.operator.certificate;

import dev.wstuning.operator.pod.admission.ApiServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An authority whose Secret is in a cluster, with each new state that a replica learns of. */
public final class RecordedAuthority implements AutoCloseable {

  private final KubernetesClient client;
  private final AuthorityStore store;
  private final BlockingQueue<String> bundles = new LinkedBlockingQueue<>();

  /** With the Secret as it is shipped. */
  public RecordedAuthority(KubernetesClient client, Clock clock) {
    this.client = client;
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(ApiServer.NAMESPACE)
                .withName(AuthorityStore.SECRET)
                .endMetadata()
                .build())
        .create();
    store = new AuthorityStore(client, ApiServer.NAMESPACE, clock);
    store.follow(s -> bundles.add(s.caBundle().orElseThrow()));
  }

  public AuthorityStore store() {
    return store;
  }

  Secret secret() {
    return client
        .secrets()
        .inNamespace(ApiServer.NAMESPACE)
        .withName(AuthorityStore.SECRET)
        .require();
  }

  /** The bundle of the next state. */
  public String nextBundle() throws InterruptedException {
    String bundle = bundles.poll(5, TimeUnit.SECONDS);
    if (bundle == null) {
      throw new AssertionError("no new state of the authority within 5 s");
    }
    return bundle;
  }

  boolean nothingNew() {
    return bundles.isEmpty();
  }

  @Override
  public void close() {
    store.close();
    client.secrets().inNamespace(ApiServer.NAMESPACE).withName(AuthorityStore.SECRET).delete();
  }
}
