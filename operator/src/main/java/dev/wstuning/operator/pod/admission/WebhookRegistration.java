package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers tunings with the API server: one entry each, in the webhook configurations of their
 * namespace.
 */
public final class WebhookRegistration {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookRegistration.class);

  private final String namespace;
  private final String service;
  private final BooleanSupplier revisions;
  private final WebhookConfigurations configurations;
  private final EntryPlaces places = new EntryPlaces();
  private final WrittenEntries written = new WrittenEntries();
  private final Rivalry rivals;

  /**
   * @param revisions whether entries may have the revision of the tuning
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public WebhookRegistration(
      KubernetesClient client,
      String namespace,
      String service,
      BooleanSupplier revisions,
      LongSupplier nanoTime) {
    this.namespace = namespace;
    this.service = service;
    this.revisions = revisions;
    this.configurations = new WebhookConfigurations(client, new InstalledCrd(client, nanoTime));
    this.rivals = new Rivalry(nanoTime);
  }

  /**
   * Makes the entry of {@code tuning} what it must be; does nothing where it is already.
   *
   * @param present the configurations of the tuning's namespace as the cache has them
   * @return when the entry got this form, by the clock of the API server; empty if it does not say
   * @throws EntryUndoneException if others undo it again and again
   */
  public Optional<Instant> register(
      WebSocketTuning tuning, String caBundle, List<MutatingWebhookConfiguration> present) {
    MutatingWebhook entry = entry(tuning, caBundle);
    String uid = tuning.getMetadata().getUid();
    String place = places.of(uid, tuning.getMetadata().getNamespace(), entry.getName(), present);
    withdrawDoubles(uid, entry.getName(), place, present);
    Optional<MutatingWebhookConfiguration> here = named(place, present);
    Optional<MutatingWebhook> there =
        here.flatMap(c -> WebhookConfigurations.entry(c, entry.getName()));
    if (there.filter(w -> OwnedEntry.isIn(entry, w)).isPresent()) {
      rivals.rest(uid);
      return AppliedAt.of(here.get(), WebhookConfigurations.manager(uid));
    }
    if (here.filter(c -> written.isNewer(uid, Optional.of(entry), c)).isPresent()) {
      return written.at(uid);
    }
    Optional<MutatingWebhook> before = written.last(uid);
    if (before.filter(entry::equals).isPresent()) {
      rivals.undone(uid, here, WebhookConfigurations.manager(uid));
    }
    MutatingWebhook withAdditions =
        there.isPresent() && before.isPresent()
            ? OwnedEntry.withAdditions(entry, there.get(), before.get())
            : entry;
    return apply(tuning, place, entry, withAdditions);
  }

  private MutatingWebhook entry(WebSocketTuning tuning, String caBundle) {
    AdmissionPath path =
        revisions.getAsBoolean()
            ? AdmissionPath.of(tuning)
            : AdmissionPath.of(tuning.getMetadata().getName());
    return WebhookEntry.of(tuning, path, namespace, service, caBundle);
  }

  private Optional<Instant> apply(
      WebSocketTuning tuning,
      String configuration,
      MutatingWebhook entry,
      MutatingWebhook withAdditions) {
    String uid = tuning.getMetadata().getUid();
    String manager = WebhookConfigurations.manager(uid);
    MutatingWebhookConfiguration answer =
        configurations.apply(configuration, manager, List.of(withAdditions));
    Optional<Instant> at = AppliedAt.of(answer, manager);
    written.put(uid, Optional.of(entry), answer, at);
    LOG.info(
        "msg=\"webhook entry applied\" namespace={} tuning={}",
        tuning.getMetadata().getNamespace(),
        tuning.getMetadata().getName());
    return at;
  }

  /** A new leader may have put an entry somewhere before its cache had it. */
  private void withdrawDoubles(
      String uid, String entry, String place, List<MutatingWebhookConfiguration> present) {
    holding(
            uid,
            entry,
            present.stream().filter(c -> !c.getMetadata().getName().equals(place)).toList())
        .forEach(
            c ->
                configurations.withdraw(
                    c.getMetadata().getName(), WebhookConfigurations.manager(uid)));
  }

  private static Stream<MutatingWebhookConfiguration> holding(
      String uid, String entry, List<MutatingWebhookConfiguration> present) {
    return present.stream()
        .filter(c -> WebhookConfigurations.entry(c, entry).isPresent())
        .filter(c -> WebhookConfigurations.uids(c).contains(uid));
  }

  private static Optional<MutatingWebhookConfiguration> named(
      String name, List<MutatingWebhookConfiguration> present) {
    return present.stream().filter(c -> c.getMetadata().getName().equals(name)).findFirst();
  }

  /** Whether a change of a configuration is more than what was applied for a tuning. */
  public boolean concerns(WebSocketTuning tuning, MutatingWebhookConfiguration changed) {
    var metadata = tuning.getMetadata();
    String entry = WebhookEntry.nameOf(metadata.getNamespace(), metadata.getName());
    boolean elsewhere =
        places
            .chosen(metadata.getUid())
            .filter(place -> !place.equals(changed.getMetadata().getName()))
            .isPresent();
    return elsewhere
        ? WebhookConfigurations.entry(changed, entry).isPresent()
        : !written.isIn(metadata.getUid(), entry, changed);
  }

  /** Forgets what was applied for a tuning. */
  public void forget(String uid) {
    places.forget(uid);
    written.forget(uid);
    rivals.forget(uid);
  }

  /**
   * Takes the entry of a tuning away; does nothing where there is none.
   *
   * @param present the configurations of its namespace as the cache has them
   */
  public void withdraw(
      String tuningNamespace, String name, String uid, List<MutatingWebhookConfiguration> present) {
    holding(uid, WebhookEntry.nameOf(tuningNamespace, name), present)
        .filter(c -> !written.isNewer(uid, Optional.empty(), c))
        .forEach(
            c ->
                written.put(
                    uid,
                    Optional.empty(),
                    configurations.withdraw(
                        c.getMetadata().getName(), WebhookConfigurations.manager(uid)),
                    Optional.empty()));
  }

  /**
   * The configurations of a namespace that may have the entry of a tuning, as the API server has
   * them.
   *
   * @param present those that the cache has, which may not have seen a young entry yet
   */
  public List<MutatingWebhookConfiguration> read(
      String tuningNamespace, String uid, List<MutatingWebhookConfiguration> present) {
    Set<String> names = new HashSet<>(Set.of(WebhookConfigurations.name(tuningNamespace, 1)));
    places
        .chosen(uid)
        .ifPresentOrElse(
            names::add,
            // Another replica put it somewhere.
            () -> {
              present.forEach(c -> names.add(c.getMetadata().getName()));
              for (int number = 2; number <= present.size() + 1; number++) {
                names.add(WebhookConfigurations.name(tuningNamespace, number));
              }
            });
    return names.stream().map(configurations::read).flatMap(Optional::stream).toList();
  }

  /**
   * Removes entries whose tuning is gone: it was deleted while no replica was there to see it.
   *
   * @param living the uids of all tunings, as a cache has them that may be behind
   * @param read the uids of a namespace's tunings, as the API server has them
   */
  public void sweep(Set<String> living, Function<String, Set<String>> read) {
    configurations.forEach(c -> sweep(c, living, read));
  }

  private void sweep(
      MutatingWebhookConfiguration c, Set<String> living, Function<String, Set<String>> read) {
    String name = c.getMetadata().getName();
    Set<String> left = new HashSet<>(WebhookConfigurations.uids(c));
    left.removeAll(living);
    if (!left.isEmpty() && !name.equals(WebhookConfigurations.SELF_TEST)) {
      left.removeAll(read.apply(WebhookConfigurations.namespaceOf(c)));
      left.forEach(uid -> configurations.withdraw(name, WebhookConfigurations.manager(uid)));
    }
  }

  /** Registers the entry through which {@link WebhookProbe} is answered. */
  void registerSelfTest(String caBundle) {
    configurations.apply(
        WebhookConfigurations.SELF_TEST,
        WebhookConfigurations.manager("selftest"),
        List.of(WebhookEntry.webhookProbe(namespace, service, caBundle)));
  }
}
