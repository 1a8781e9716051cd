package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MutatingWebhookConfigurations of the operator: those of a namespace are {@code
 * wstuning-NAMESPACE}, {@code wstuning-NAMESPACE.2} and so on. Each entry is applied with a field
 * manager of its own, so that one that is refused fails alone. The CRD owns them: uninstalling it
 * leaves none behind.
 */
public final class WebhookConfigurations {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookConfigurations.class);

  /** Label by which the configurations of this operator are found. */
  public static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "wstuning");

  static final String SELF_TEST = "wstuning-selftest.operator";

  private static final String PREFIX = "wstuning-";

  /** No namespace has a dot in its name. */
  private static final Pattern NUMBER = Pattern.compile("\\.\\d+$");

  private static final int LOCKS = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final InstalledCrd crd;

  /** By configuration: API servers repeat what meets another write, until the client gives up. */
  private final List<ReentrantLock> locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

  WebhookConfigurations(KubernetesClient client, InstalledCrd crd) {
    this.client = client;
    this.crd = crd;
  }

  /**
   * The name of a configuration that holds entries of a namespace's tunings.
   *
   * @param number from 1 on
   */
  public static String name(String namespace, int number) {
    return PREFIX + namespace + (number == 1 ? "" : "." + number);
  }

  /** The namespace whose entries a configuration holds; empty for one of another name. */
  public static String namespaceOf(MutatingWebhookConfiguration configuration) {
    String name = configuration.getMetadata().getName();
    return name.startsWith(PREFIX)
        ? NUMBER.matcher(name.substring(PREFIX.length())).replaceFirst("")
        : "";
  }

  /** The field manager of the tuning with this uid. */
  static String manager(String uid) {
    return PREFIX + uid;
  }

  /** The uids of the tunings that have an entry in a configuration. */
  static List<String> uids(MutatingWebhookConfiguration configuration) {
    return configuration.getMetadata().getManagedFields().stream()
        .map(ManagedFieldsEntry::getManager)
        .filter(m -> m.startsWith(PREFIX))
        .map(m -> m.substring(PREFIX.length()))
        .distinct()
        .toList();
  }

  static Optional<MutatingWebhook> entry(MutatingWebhookConfiguration c, String name) {
    return c.getWebhooks().stream().filter(w -> w.getName().equals(name)).findFirst();
  }

  /** The one of this name, as the API server has it. */
  Optional<MutatingWebhookConfiguration> read(String name) {
    return Optional.ofNullable(
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).get());
  }

  /** Reads all of them, page by page. */
  void forEach(Consumer<MutatingWebhookConfiguration> each) {
    Pages.forEach(
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withLabels(LABELS)
            ::list,
        each);
  }

  /** Applies the entries of one field manager; those of others stay. */
  MutatingWebhookConfiguration apply(String name, String manager, List<MutatingWebhook> entries) {
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
    ReentrantLock lock = locks.get(Math.floorMod(name.hashCode(), LOCKS));
    boolean alone = waitFor(lock);
    try {
      return client.resource(wanted).fieldManager(manager).forceConflicts().serverSideApply();
    } finally {
      if (alone) {
        lock.unlock();
      }
    }
  }

  /** Not for long: an API server that does not answer must not hold up all others. */
  private static boolean waitFor(ReentrantLock lock) {
    try {
      return lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes the entry of a field manager away, and the configuration with the last one. */
  MutatingWebhookConfiguration withdraw(String name, String manager) {
    MutatingWebhookConfiguration left = apply(name, manager, List.of());
    LOG.info("msg=\"webhook entry withdrawn\" configuration={} manager={}", name, manager);
    if (left.getWebhooks().isEmpty()) {
      deleteUnchanged(left);
    }
    return left;
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
}
