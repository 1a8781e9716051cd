package dev.wstuning.operator.pod.admission;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * When an entry got its present form, by the clock of the API server: it notes the time of each
 * apply that changes something. The creation times of pods are of that clock, too.
 */
final class AppliedAt {

  private AppliedAt() {}

  /**
   * @param manager the field manager of the entry
   * @return empty if the API server does not say
   */
  static Optional<Instant> of(MutatingWebhookConfiguration configuration, String manager) {
    return configuration.getMetadata().getManagedFields().stream()
        .filter(fields -> manager.equals(fields.getManager()))
        .map(ManagedFieldsEntry::getTime)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .max(Comparator.naturalOrder());
  }
}
