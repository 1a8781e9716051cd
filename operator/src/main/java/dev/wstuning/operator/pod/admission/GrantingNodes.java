package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec;
import dev.wstuning.operator.pod.selection.PossibleNodes;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Objects;

/** On which nodes agents are to grant open files, as node tunings select them. */
final class GrantingNodes {

  private final SharedIndexInformer<WebSocketNodeTuning> tunings;

  /**
   * @param client one that repeats what fails
   */
  GrantingNodes(KubernetesClient client) {
    tunings =
        client.resources(WebSocketNodeTuning.class).withLimit(Pages.LIMIT).runnableInformer(0);
  }

  SharedIndexInformer<WebSocketNodeTuning> informer() {
    return tunings;
  }

  /** Whether a node that the pod may run on is selected. Unknown counts as none. */
  boolean mayRun(Pod pod) {
    if (!tunings.hasSynced()) {
      return false;
    }
    PossibleNodes nodes = PossibleNodes.of(pod.getSpec());
    return tunings.getStore().list().stream()
        .map(WebSocketNodeTuning::getSpec)
        .filter(Objects::nonNull)
        .filter(spec -> spec.openFiles() != null)
        .map(WebSocketNodeTuningSpec::nodeSelector)
        .filter(Objects::nonNull)
        .anyMatch(nodes::mayMatch);
  }
}
