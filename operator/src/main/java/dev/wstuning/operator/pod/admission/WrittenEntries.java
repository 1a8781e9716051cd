package dev.wstuning.operator.pod.admission;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this replica applied last, by the uid of the tuning. A cache has it only some time later,
 * and until then nothing must be applied again.
 */
final class WrittenEntries {

  private final Map<String, Written> written = new ConcurrentHashMap<>();

  /**
   * @param entry empty if it was withdrawn
   * @param configuration the name of the one that was answered
   * @param version that of the configuration
   * @param at when, by the clock of the API server; empty if it did not say
   */
  private record Written(
      Optional<MutatingWebhook> entry,
      String configuration,
      String version,
      Optional<Instant> at) {}

  /** Notes that the configuration {@code answer} has this entry of a tuning, or none. */
  void put(
      String uid,
      Optional<MutatingWebhook> entry,
      MutatingWebhookConfiguration answer,
      Optional<Instant> at) {
    written.put(
        uid,
        new Written(
            entry, answer.getMetadata().getName(), answer.getMetadata().getResourceVersion(), at));
  }

  /** When the last one was written. */
  Optional<Instant> at(String uid) {
    return Optional.ofNullable(written.get(uid)).flatMap(Written::at);
  }

  void forget(String uid) {
    written.remove(uid);
  }

  /** Whether {@code cached} differs only because it is older than what was written. */
  boolean isNewer(
      String uid, Optional<MutatingWebhook> entry, MutatingWebhookConfiguration cached) {
    Written last = written.get(uid);
    return last != null
        && last.entry().equals(entry)
        && last.configuration().equals(cached.getMetadata().getName())
        && isOlder(cached.getMetadata().getResourceVersion(), last.version());
  }

  /** Whether a configuration has the entry of this name that was written last. */
  boolean isIn(String uid, String name, MutatingWebhookConfiguration configuration) {
    Written last = written.get(uid);
    return last != null
        && configuration.getWebhooks().stream()
            .filter(w -> w.getName().equals(name))
            .findFirst()
            .map(there -> last.entry().filter(entry -> OwnedEntry.isIn(entry, there)).isPresent())
            .orElse(last.entry().isEmpty());
  }

  /** What was written last; empty if it was withdrawn, or if this replica wrote nothing yet. */
  Optional<MutatingWebhook> last(String uid) {
    return Optional.ofNullable(written.get(uid)).flatMap(Written::entry);
  }

  /** The versions of an API server are numbers that grow. Others are not compared. */
  private static boolean isOlder(String version, String than) {
    String number = "[0-9]{1,18}";
    return version.matches(number)
        && than.matches(number)
        && Long.parseLong(version) < Long.parseLong(than);
  }
}
