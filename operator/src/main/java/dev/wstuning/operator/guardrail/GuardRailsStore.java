package dev.wstuning.operator.guardrail;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ConfigMap with the guard rails. It is watched, because every replica and the admission
 * policies must take up a change at the same time: a mounted file is behind for up to two minutes,
 * and a variable of the environment until the next start.
 */
public final class GuardRailsStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GuardRailsStore.class);

  private final SharedIndexInformer<ConfigMap> informer;
  private final Set<String> never;
  private Runnable onChange = () -> {};
  private volatile GuardRails current;
  private volatile boolean known;

  /**
   * @param client a client that repeats what fails
   * @param namespace the operator's own
   * @param never namespaces that are never touched, regardless of the ConfigMap
   */
  public GuardRailsStore(KubernetesClient client, String namespace, Set<String> never) {
    this.never = never;
    current = GuardRails.none(never);
    informer =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName(GuardRails.CONFIG_MAP)
            .runnableInformer(0L);
    informer.exceptionHandler(
        (started, failure) -> {
          goOnWithoutTheRight(failure);
          return true;
        });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(ConfigMap added) {
            take(added);
          }

          @Override
          public void onUpdate(ConfigMap before, ConfigMap after) {
            take(after);
          }

          @Override
          public void onDelete(ConfigMap deleted, boolean finalStateUnknown) {
            LOG.warn(
                "msg=\"guard rails deleted, the last ones hold until the next start\" configMap={}",
                GuardRails.CONFIG_MAP);
          }
        });
  }

  /**
   * Starts to follow the ConfigMap, and returns at once.
   *
   * @param listener runs after each change
   */
  public void follow(Runnable listener) {
    onChange = listener;
    informer.start();
  }

  private void take(ConfigMap configMap) {
    if (replace(GuardRails.of(never, Objects.requireNonNullElse(configMap.getData(), Map.of())))) {
      onChange.run();
    }
  }

  private synchronized boolean replace(GuardRails newer) {
    if (newer.equals(current)) {
      known = true;
      return false;
    }
    current = newer;
    known = true;
    newer.mistakes().forEach(m -> LOG.error("msg=\"bad guard rails\" problem=\"{}\"", m));
    LOG.info(
        "msg=\"guard rails changed\" privileged={} untouched={}",
        newer.privilege().isEmpty(),
        newer.untouched());
    return true;
  }

  /** Manifests of an earlier version have neither the ConfigMap nor the right to read it. */
  private void goOnWithoutTheRight(Throwable failure) {
    Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .filter(KubernetesClientException.class::isInstance)
        .map(KubernetesClientException.class::cast)
        .filter(e -> e.getCode() == HttpURLConnection.HTTP_FORBIDDEN)
        .findFirst()
        .ifPresent(e -> goOnWithDefaults(e.getMessage()));
  }

  private synchronized void goOnWithDefaults(String why) {
    if (!known) {
      known = true;
      LOG.warn(
          "msg=\"no guard rails, apply the manifests of this version\" configMap={} why=\"{}\"",
          GuardRails.CONFIG_MAP,
          why);
    }
  }

  /** Whether it is known what holds. */
  public boolean known() {
    // What is in the store comes to the handler, too, but later.
    if (!known && informer.hasSynced() && informer.getStore().list().isEmpty()) {
      goOnWithDefaults("it does not exist");
    }
    return known;
  }

  /** What holds; the defaults until it is known. */
  public GuardRails current() {
    return current;
  }

  /** Whether the informer watches the ConfigMap. */
  public boolean watching() {
    return informer.isWatching();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
