package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.pod.admission.TuningLookup;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.util.Optional;

/** What a pass knows of the cluster apart from the pods of its tuning. */
interface TuningView extends TuningLookup {

  /** Whether the agent of any node grants open files. */
  boolean agentServes();

  /** What the agent of a node reports; empty if it has none. */
  Optional<NodeAgentReport> node(String name);

  /** The webhooks of a namespace; empty if it has none. */
  Optional<MutatingWebhookConfiguration> webhooks(String namespace);
}
