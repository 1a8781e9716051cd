package dev.wstuning.operator.pod.admission;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** The CRD of tunings as the cluster has it. What it owns goes when it is uninstalled. */
final class InstalledCrd {

  private static final String NAME = "websockettunings.wstuning.dev";

  private InstalledCrd() {}

  /** Read each time: one that is installed again has another uid. */
  static OwnerReference owner(KubernetesClient client) {
    return new OwnerReferenceBuilder()
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
  }
}
