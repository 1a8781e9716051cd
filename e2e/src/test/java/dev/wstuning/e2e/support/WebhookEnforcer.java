package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Another controller that has its own will about a webhook configuration, twice a second. */
public final class WebhookEnforcer implements AutoCloseable {

  private static final List<LabelSelectorRequirement> EXCLUSIONS =
      List.of(
          new LabelSelectorRequirement("control-plane", "NotIn", List.of("true")),
          new LabelSelectorRequirement("kubernetes.azure.com/managedby", "NotIn", List.of("aks")));

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong writes = new AtomicLong();
  private final Resource<MutatingWebhookConfiguration> configuration;
  private final Predicate<MutatingWebhook> changes;

  /**
   * @param changes changes an entry, and returns whether there was anything to change
   */
  private WebhookEnforcer(
      Installation cluster, String namespace, Predicate<MutatingWebhook> changes) {
    this.configuration =
        cluster
            .client()
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName("wstuning-" + namespace);
    this.changes = changes;
    executor.scheduleWithFixedDelay(this::enforce, 0, 500, TimeUnit.MILLISECONDS);
  }

  /** As on AKS: it adds two expressions to each namespace selector. */
  public static WebhookEnforcer thatAddsExclusions(Installation cluster, String namespace) {
    return new WebhookEnforcer(
        cluster,
        namespace,
        entry -> {
          var selector = entry.getNamespaceSelector();
          if (selector.getMatchExpressions().containsAll(EXCLUSIONS)) {
            return false;
          }
          List<LabelSelectorRequirement> all = new ArrayList<>(selector.getMatchExpressions());
          all.addAll(EXCLUSIONS);
          selector.setMatchExpressions(all);
          return true;
        });
  }

  /** It wants webhooks without match conditions. */
  public static WebhookEnforcer thatRemovesMatchConditions(Installation cluster, String namespace) {
    return new WebhookEnforcer(
        cluster,
        namespace,
        entry -> {
          boolean has = !entry.getMatchConditions().isEmpty();
          entry.setMatchConditions(List.of());
          return has;
        });
  }

  /** How often it changed something. */
  public long writes() {
    return writes.get();
  }

  private void enforce() {
    try {
      AtomicBoolean changed = new AtomicBoolean();
      configuration.edit(
          present -> {
            present.getWebhooks().stream()
                .filter(changes)
                .toList()
                .forEach(entry -> changed.set(true));
            return present;
          });
      if (changed.get()) {
        writes.incrementAndGet();
      }
    } catch (KubernetesClientException e) {
      // Both may write at once; the next look shows what came of it.
      System.out.println("enforcer: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
