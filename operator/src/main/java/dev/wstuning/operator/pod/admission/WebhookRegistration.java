package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers tunings with the API server: one MutatingWebhookConfiguration per namespace, in it one
 * entry per tuning, applied with a field manager of its own, so that an entry that is refused fails
 * alone. The CRD owns them: uninstalling it leaves none behind.
 */
public final class WebhookRegistration {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookRegistration.class);

  /** Label by which the configurations of this operator are found. */
  public static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "wstuning");

  private static final String MANAGER_PREFIX = "wstuning-";
  private static final String SELF_TEST = "wstuning-selftest.operator";

  private final KubernetesClient client;
  private final String namespace;
  private final String service;
  private final BooleanSupplier revisions;
  private final InstalledCrd crd;
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
    this.client = client;
    this.namespace = namespace;
    this.service = service;
    this.revisions = revisions;
    this.crd = new InstalledCrd(client, nanoTime);
    this.rivals = new Rivalry(nanoTime);
  }

  /** The name of the configuration that holds the entries of a namespace's tunings. */
  public static String configurationName(String namespace) {
    return MANAGER_PREFIX + namespace;
  }

  /** The namespace whose entries a configuration holds. */
  public static String namespaceOf(MutatingWebhookConfiguration configuration) {
    return configuration.getMetadata().getName().substring(MANAGER_PREFIX.length());
  }

  /**
   * Makes the entry of {@code tuning} what it must be; does nothing where it is already.
   *
   * @param present the configuration of the tuning's namespace as the cache has it
   * @return when the entry got this form, by the clock of the API server; empty if it does not say
   * @throws EntryUndoneException if others undo it again and again
   */
  public Optional<Instant> register(
      WebSocketTuning tuning, String caBundle, Optional<MutatingWebhookConfiguration> present) {
    AdmissionPath path =
        revisions.getAsBoolean()
            ? AdmissionPath.of(tuning)
            : AdmissionPath.of(tuning.getMetadata().getName());
    MutatingWebhook entry = WebhookEntry.of(tuning, path, namespace, service, caBundle);
    String uid = tuning.getMetadata().getUid();
    Optional<MutatingWebhook> there = present.flatMap(c -> named(c, entry.getName()));
    if (there.filter(w -> OwnedEntry.isIn(entry, w)).isPresent()) {
      rivals.rest(uid);
      return AppliedAt.of(present.get(), manager(uid));
    }
    if (present.filter(c -> written.isNewer(uid, Optional.of(entry), c)).isPresent()) {
      return written.at(uid);
    }
    Optional<MutatingWebhook> before = written.last(uid);
    if (before.filter(entry::equals).isPresent()) {
      rivals.undone(uid, present, manager(uid));
    }
    MutatingWebhook withAdditions =
        there.isPresent() && before.isPresent()
            ? OwnedEntry.withAdditions(entry, there.get(), before.get())
            : entry;
    MutatingWebhookConfiguration answer =
        apply(
            configurationName(tuning.getMetadata().getNamespace()),
            manager(uid),
            List.of(withAdditions));
    Optional<Instant> at = AppliedAt.of(answer, manager(uid));
    written.put(uid, Optional.of(entry), answer, at);
    LOG.info(
        "msg=\"webhook entry applied\" namespace={} tuning={}",
        tuning.getMetadata().getNamespace(),
        tuning.getMetadata().getName());
    return at;
  }

  private static Optional<MutatingWebhook> named(MutatingWebhookConfiguration c, String name) {
    return c.getWebhooks().stream().filter(w -> w.getName().equals(name)).findFirst();
  }

  /** Whether a change of a configuration is more than what was applied for a tuning. */
  public boolean concerns(WebSocketTuning tuning, MutatingWebhookConfiguration changed) {
    var metadata = tuning.getMetadata();
    String entry = WebhookEntry.nameOf(metadata.getNamespace(), metadata.getName());
    return !written.isIn(metadata.getUid(), entry, changed);
  }

  /** Forgets what was applied for a tuning. */
  public void forget(String uid) {
    written.forget(uid);
    rivals.forget(uid);
  }

  /** The configuration of a namespace as the API server has it. */
  public Optional<MutatingWebhookConfiguration> fetch(String tuningNamespace) {
    return Optional.ofNullable(
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(configurationName(tuningNamespace))
            .get());
  }

  /** Takes the entry of a tuning away; does nothing where there is none. */
  public void withdraw(
      String tuningNamespace,
      String name,
      String uid,
      Optional<MutatingWebhookConfiguration> present) {
    String entry = WebhookEntry.nameOf(tuningNamespace, name);
    present
        .filter(c -> c.getWebhooks().stream().anyMatch(w -> w.getName().equals(entry)))
        .filter(c -> managers(c).contains(manager(uid)))
        .filter(c -> !written.isNewer(uid, Optional.empty(), c))
        .ifPresent(
            c ->
                written.put(
                    uid,
                    Optional.empty(),
                    withdraw(c.getMetadata().getName(), manager(uid)),
                    Optional.empty()));
  }

  private MutatingWebhookConfiguration withdraw(String configuration, String manager) {
    MutatingWebhookConfiguration left = apply(configuration, manager, List.of());
    LOG.info("msg=\"webhook entry withdrawn\" configuration={} manager={}", configuration, manager);
    if (left.getWebhooks().isEmpty()) {
      deleteUnchanged(left);
    }
    return left;
  }

  /**
   * Removes entries whose tuning is gone: it was deleted while no replica was there to see it.
   *
   * @param living the uids of all tunings, as a cache has them that may be behind
   * @param read the uids of a namespace's tunings, as the API server has them
   */
  public void sweep(Set<String> living, Function<String, Set<String>> read) {
    Pages.forEach(
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withLabels(LABELS)
            ::list,
        c -> sweep(c, living, read));
  }

  private void sweep(
      MutatingWebhookConfiguration c, Set<String> living, Function<String, Set<String>> read) {
    List<String> left = without(living, managers(c));
    if (!left.isEmpty() && !c.getMetadata().getName().equals(SELF_TEST)) {
      without(read.apply(namespaceOf(c)), left)
          .forEach(m -> withdraw(c.getMetadata().getName(), m));
    }
  }

  private static List<String> without(Set<String> uids, List<String> managers) {
    return managers.stream()
        .filter(m -> !uids.contains(m.substring(MANAGER_PREFIX.length())))
        .toList();
  }

  /** Registers the entry through which {@link WebhookProbe} is answered. */
  void registerSelfTest(String caBundle) {
    apply(
        SELF_TEST,
        MANAGER_PREFIX + "selftest",
        List.of(WebhookEntry.webhookProbe(namespace, service, caBundle)));
  }

  private MutatingWebhookConfiguration apply(
      String name, String manager, List<MutatingWebhook> entries) {
    MutatingWebhookConfiguration wanted =
        new MutatingWebhookConfigurationBuilder()
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(name)
                    .withLabels(LABELS)
                    .withOwnerReferences(crd.owner())
                    .build())
            .withWebhooks(entries)
            .build();
    return client.resource(wanted).fieldManager(manager).forceConflicts().serverSideApply();
  }

  /** Deletes an empty configuration, unless another tuning of the namespace just came. */
  private void deleteUnchanged(MutatingWebhookConfiguration configuration) {
    try {
      client
          .resource(configuration)
          .lockResourceVersion(configuration.getMetadata().getResourceVersion())
          .delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  private static List<String> managers(MutatingWebhookConfiguration configuration) {
    return configuration.getMetadata().getManagedFields().stream()
        .map(ManagedFieldsEntry::getManager)
        .filter(m -> m.startsWith(MANAGER_PREFIX))
        .distinct()
        .toList();
  }

  private static String manager(String uid) {
    return MANAGER_PREFIX + uid;
  }
}
