package dev.wstuning.operator.pod.admission;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** Others undo what the operator writes into a webhook entry, so it waits before the next time. */
public final class EntryUndoneException extends KubernetesClientException {

  EntryUndoneException(String who) {
    super(
        "%s changes the operator's webhook entry whenever it is written, so new pods may start untuned"
            .formatted(who));
  }
}
