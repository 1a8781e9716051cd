package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.pace.Backoff;
import dev.wstuning.operator.pace.Backoff.Refusal;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Keeps the operator from fighting with others over an entry: what they undo is written again after
 * pauses that double.
 */
final class Rivalry {

  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGIVEN = Duration.ofMinutes(10);

  private final Backoff<String> entries;

  Rivalry(LongSupplier nanoTime) {
    entries = new Backoff<>(FIRST, LONGEST, nanoTime);
  }

  /**
   * Notes that an entry is not any more what was written.
   *
   * @throws EntryUndoneException if it was so a short while ago, too
   */
  void undone(String uid, Optional<MutatingWebhookConfiguration> present, String manager) {
    if (entries.pending(uid).isPresent()) {
      throw new EntryUndoneException(present.flatMap(c -> other(c, manager)).orElse("someone"));
    }
    entries.refused(uid, "undone");
  }

  /** Notes that an entry is as it was written; forgives if it was so for a while. */
  void rest(String uid) {
    entries
        .latest(uid)
        .map(undone -> new Refusal("", undone.next() + FORGIVEN.toNanos(), undone.pause()))
        .filter(undone -> entries.remaining(undone).isZero())
        .ifPresent(undone -> entries.succeeded(uid));
  }

  void forget(String uid) {
    entries.forget(uid::equals);
  }

  /** Who changed a configuration last, apart from the operator. */
  private static Optional<String> other(MutatingWebhookConfiguration c, String manager) {
    return c.getMetadata().getManagedFields().stream()
        .filter(f -> f.getManager() != null && !f.getManager().equals(manager))
        .filter(f -> f.getTime() != null)
        .max(Comparator.comparing(ManagedFieldsEntry::getTime))
        .map(ManagedFieldsEntry::getManager);
  }
}
