package dev.wstuning.operator.pod.admission;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * In which of a namespace's configurations the entry of a tuning is. An API server merges the
 * fields of all managers of a configuration for each entry that changes, which takes it ten times
 * as long with fifty as with ten; and it stores at most 1.5 MiB in one, of which an entry with its
 * managed fields takes about three KiB.
 */
final class EntryPlaces {

  /** How many entries a configuration holds. */
  static final int MOST = 10;

  /** By the uid of the tuning; a cache has a new entry only some time later. */
  private final Map<String, Place> chosen = new HashMap<>();

  private record Place(String configuration, String entry) {}

  /**
   * Where the entry is, or is to be put: it never moves.
   *
   * @param present the configurations of the namespace as the cache has them
   */
  synchronized String of(
      String uid, String namespace, String entry, List<MutatingWebhookConfiguration> present) {
    String place =
        holding(entry, present)
            .or(() -> Optional.ofNullable(chosen.get(uid)).map(Place::configuration))
            .orElseGet(() -> firstWithRoom(namespace, present));
    chosen.put(uid, new Place(place, entry));
    return place;
  }

  private static Optional<String> holding(
      String entry, List<MutatingWebhookConfiguration> present) {
    return present.stream()
        .filter(c -> WebhookConfigurations.entry(c, entry).isPresent())
        .map(c -> c.getMetadata().getName())
        .min(EntryPlaces::compare);
  }

  /** The shorter name has the smaller number. */
  private static int compare(String one, String other) {
    return one.length() == other.length()
        ? one.compareTo(other)
        : Integer.compare(one.length(), other.length());
  }

  private String firstWithRoom(String namespace, List<MutatingWebhookConfiguration> present) {
    Map<String, Set<String>> entries = new HashMap<>();
    present.forEach(
        c ->
            entries.put(
                c.getMetadata().getName(),
                c.getWebhooks().stream()
                    .map(MutatingWebhook::getName)
                    .collect(Collectors.toCollection(HashSet::new))));
    chosen
        .values()
        .forEach(
            p -> entries.computeIfAbsent(p.configuration(), c -> new HashSet<>()).add(p.entry()));
    int number = 1;
    while (entries.getOrDefault(WebhookConfigurations.name(namespace, number), Set.of()).size()
        >= MOST) {
      number++;
    }
    return WebhookConfigurations.name(namespace, number);
  }

  /** Where this replica put the entry of a tuning; empty if it did not. */
  synchronized Optional<String> chosen(String uid) {
    return Optional.ofNullable(chosen.get(uid)).map(Place::configuration);
  }

  synchronized void forget(String uid) {
    chosen.remove(uid);
  }
}
