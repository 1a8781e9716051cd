package dev.wstuning.operator.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secret with the webhook's authority: every replica reads it, the leader writes it. The
 * manifests contain it empty, so that the operator needs no right to create Secrets.
 */
public final class AuthorityStore implements AutoCloseable {

  public static final String SECRET = "wstuning-webhook-ca";

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityStore.class);

  private final KubernetesClient client;
  private final Resource<Secret> secret;
  private final AuthorityRotation rotation;
  private final Clock clock;
  private volatile SharedIndexInformer<Secret> informer;
  private volatile AuthorityState state;

  public AuthorityStore(KubernetesClient client, String namespace, Clock clock) {
    this(client, namespace, clock, AuthorityRotation.YEARLY);
  }

  AuthorityStore(
      KubernetesClient client, String namespace, Clock clock, AuthorityRotation rotation) {
    this.client = client;
    this.secret = client.secrets().inNamespace(namespace).withName(SECRET);
    this.clock = clock;
    this.rotation = rotation;
  }

  /**
   * Starts to follow the Secret, and returns at once. If the API server does not answer, the
   * informer tries again. {@code onChange} is called for every new state.
   */
  public void follow(Consumer<AuthorityStore> onChange) {
    informer = secret.runnableInformer(0L);
    informer.exceptionHandler((started, failure) -> true);
    informer
        .addEventHandler(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(Secret added) {
                take(added, onChange);
              }

              @Override
              public void onUpdate(Secret before, Secret after) {
                take(after, onChange);
              }

              @Override
              public void onDelete(Secret deleted, boolean finalStateUnknown) {
                LOG.warn("msg=\"Secret deleted, apply the manifests again\" secret={}", SECRET);
              }
            })
        .start();
  }

  private void take(Secret newer, Consumer<AuthorityStore> onChange) {
    AuthorityState.fromSecretData(newer.getData())
        .filter(s -> state == null || !s.toSecretData().equals(state.toSecretData()))
        .ifPresent(
            s -> {
              state = s;
              onChange.accept(this);
            });
  }

  /** Creates or renews the authority if that is due. Only the leader calls this. */
  public void maintain() {
    Secret present = secret.get();
    if (present == null) {
      LOG.error("msg=\"Secret is missing, apply the manifests again\" secret={}", SECRET);
      return;
    }
    Optional<AuthorityState> before = AuthorityState.fromSecretData(present.getData());
    AuthorityState after =
        before
            .map(s -> rotation.advance(s, clock.instant()))
            .orElseGet(() -> rotation.first(clock.instant()));
    if (before.isPresent() && before.get() == after) {
      return;
    }
    try {
      client
          .resource(new SecretBuilder(present).withData(after.toSecretData()).build())
          .lockResourceVersion(present.getMetadata().getResourceVersion())
          .update();
      LOG.info("msg=\"webhook authority renewed\" expires={}", after.current().expires());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      LOG.info("msg=\"another replica renewed the webhook authority\"");
    }
  }

  /**
   * The certificates that API servers must trust; empty until the leader has created an authority.
   */
  public Optional<String> caBundle() {
    return Optional.ofNullable(state).map(AuthorityState::caBundle);
  }

  /** When the authority that signs expires; empty until there is one. */
  public Optional<Instant> expires() {
    return signer().map(CertificateAuthority::expires);
  }

  /** Whether the informer watches the Secret. */
  public boolean watching() {
    return informer != null && informer.isWatching();
  }

  Optional<CertificateAuthority> signer() {
    return Optional.ofNullable(state).map(AuthorityState::current);
  }

  @Override
  public void close() {
    if (informer != null) {
      informer.close();
    }
  }
}
