package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.status.InjectionState;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether new pods of a tuning are injected: registers its webhook entry, or withdraws it. It is
 * also the circuit breaker: a failure of injected pods withdraws the entry at once, until the
 * settings, the image or the user's request to retry change.
 */
final class InjectionControl {

  private static final Logger LOG = LoggerFactory.getLogger(InjectionControl.class);

  private final WebhookRegistration registration;
  private final AuthorityStore authority;
  private final String tunerImage;
  private final Clock clock;

  InjectionControl(
      WebhookRegistration registration, AuthorityStore authority, String tunerImage, Clock clock) {
    this.registration = registration;
    this.authority = authority;
    this.tunerImage = tunerImage;
    this.clock = clock;
  }

  /**
   * @param wanted whether the tuning injects at all
   * @param othersUntil the newest pod that was measured against something else; empty if none was
   * @param failure why injected pods do not start; empty if they do
   * @return what the status must remember
   */
  InjectionState adjust(
      WebSocketTuning tuning,
      boolean wanted,
      InjectionState state,
      Optional<Instant> othersUntil,
      Optional<String> failure,
      Optional<MutatingWebhookConfiguration> present) {
    if (!wanted) {
      withdraw(tuning, present);
      return InjectionState.NONE;
    }
    Optional<Suspension> suspension = suspension(tuning, state, failure);
    if (suspension.isPresent()) {
      withdraw(tuning, present);
      return new InjectionState(Optional.empty(), List.of(suspension.get()));
    }
    if (authority.caBundle().isEmpty()) {
      return state;
    }
    Optional<Instant> applied = registration.register(tuning, authority.caBundle().get(), present);
    Optional<Instant> since = state.injectingSince().or(() -> later(applied, othersUntil));
    return new InjectionState(since, List.of());
  }

  private static Optional<Instant> later(Optional<Instant> applied, Optional<Instant> othersUntil) {
    return applied.map(at -> othersUntil.filter(at::isBefore).orElse(at));
  }

  private void withdraw(WebSocketTuning tuning, Optional<MutatingWebhookConfiguration> present) {
    var metadata = tuning.getMetadata();
    registration.withdraw(metadata.getNamespace(), metadata.getName(), metadata.getUid(), present);
  }

  /** Takes the entry of a deleted tuning away; the cache may not have seen a young entry yet. */
  void end(String namespace, String name, String uid) {
    registration.withdraw(namespace, name, uid, registration.fetch(namespace));
    registration.forget(uid);
  }

  /** Forgets what this replica did for a tuning. */
  void forget(String uid) {
    registration.forget(uid);
  }

  private Optional<Suspension> suspension(
      WebSocketTuning tuning, InjectionState state, Optional<String> failure) {
    String fingerprint = fingerprint(tuning);
    Optional<Suspension> before =
        state.suspensions().stream().filter(s -> s.fingerprint().equals(fingerprint)).findFirst();
    if (before.isPresent()) {
      return before;
    }
    failure.ifPresent(
        why ->
            LOG.warn(
                "msg=\"injection suspended\" namespace={} tuning={} why=\"{}\"",
                tuning.getMetadata().getNamespace(),
                tuning.getMetadata().getName(),
                why));
    return failure.map(
        why ->
            new Suspension(
                null,
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                null,
                1,
                Finding.brief(why),
                fingerprint));
  }

  private String fingerprint(WebSocketTuning tuning) {
    Map<String, String> annotations = tuning.getMetadata().getAnnotations();
    String retry = annotations == null ? null : annotations.get(Markers.RETRY);
    return Markers.token(
        tunerImage, tuning.getMetadata().getGeneration().toString(), String.valueOf(retry));
  }
}
