package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Makes pods that are there for admission alone: their image does not exist. */
public final class Pods {

  private Pods() {}

  public static PodBuilder labelled(String app) {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("pod-")
        .addToLabels("app", app)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("server")
        .withImage("none")
        .endContainer()
        .endSpec();
  }

  /** One whose volumes are not generated. */
  public static PodBuilder withoutToken(String app) {
    return labelled(app).editSpec().withAutomountServiceAccountToken(false).endSpec();
  }

  /** Whether a pod has the init container that tunes. */
  public static boolean isTuned(Pod pod) {
    return pod.getSpec().getInitContainers().stream().anyMatch(c -> c.getName().equals("wstuning"));
  }

  /** One that no tuning selects, with an init container: what do policies make of that? */
  public static Pod probe(Container init) {
    return labelled("probe").editSpec().withInitContainers(init).endSpec().build();
  }

  /** One of these whose init container is privileged. */
  public static Pod privilegedProbe() {
    return probe(
        new ContainerBuilder()
            .withName("init")
            .withImage("none")
            .withNewSecurityContext()
            .withPrivileged(true)
            .endSecurityContext()
            .build());
  }
}
