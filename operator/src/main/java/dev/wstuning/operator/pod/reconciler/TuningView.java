package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.plan.PlanContext;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.util.List;
import java.util.Optional;

/** What a pass knows of the cluster apart from the pods of its tuning. */
interface TuningView {

  /** The tunings of a namespace. */
  List<WebSocketTuning> inNamespace(String namespace);

  /**
   * What the namespace and the cluster admit.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if neither the cache has it nor
   *     the API server answers
   */
  PlanContext planContext(String namespace);

  /** Whether the agent of any node grants open files. */
  boolean agentServes();

  /** What the agent of a node reports; empty if it has none. */
  Optional<NodeAgentReport> node(String name);

  /** Whether the agent of any node tunes pods. */
  boolean tunesPods();

  /** What the agent of its node reports of a pod; empty if it does not mention it. */
  Optional<PodReport> reported(PodFacts pod);

  /** The webhook configurations of a namespace. */
  List<MutatingWebhookConfiguration> webhooks(String namespace);
}
