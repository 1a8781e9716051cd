package dev.wstuning.operator.pod.admission;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The CRD of tunings as the cluster has it. What it owns goes when it is uninstalled. */
final class InstalledCrd {

  private static final String NAME = "websockettunings.wstuning.dev";

  /** One that is installed again has another uid, and a thousand tunings may come at once. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final LongSupplier nanoTime;
  private OwnerReference owner;
  private long read;

  InstalledCrd(KubernetesClient client, LongSupplier nanoTime) {
    this.client = client;
    this.nanoTime = nanoTime;
  }

  /** It as the owner of something. */
  synchronized OwnerReference owner() {
    if (owner == null || nanoTime.getAsLong() - read > FRESH.toNanos()) {
      owner =
          new OwnerReferenceBuilder()
              .withApiVersion("apiextensions.k8s.io/v1")
              .withKind("CustomResourceDefinition")
              .withName(NAME)
              .withUid(
                  client
                      .apiextensions()
                      .v1()
                      .customResourceDefinitions()
                      .withName(NAME)
                      .require()
                      .getMetadata()
                      .getUid())
              .build();
      read = nanoTime.getAsLong();
    }
    return owner;
  }
}
