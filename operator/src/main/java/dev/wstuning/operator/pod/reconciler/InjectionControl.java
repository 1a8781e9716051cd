package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.status.InjectionState;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether new pods of a tuning come to the webhook: registers its entry, or withdraws it. */
final class InjectionControl {

  private final WebhookRegistration registration;
  private final AuthorityStore authority;

  InjectionControl(WebhookRegistration registration, AuthorityStore authority) {
    this.registration = registration;
    this.authority = authority;
  }

  /**
   * @param wanted whether the tuning injects at all
   * @param othersUntil the newest pod that was measured against something else; empty if none was
   * @param suspensions of some of its pods
   * @param present the webhook configurations of its namespace as the cache has them
   * @return what the status must remember
   */
  InjectionState adjust(
      WebSocketTuning tuning,
      boolean wanted,
      InjectionState state,
      Optional<Instant> othersUntil,
      List<Suspension> suspensions,
      List<MutatingWebhookConfiguration> present) {
    if (!wanted) {
      withdraw(tuning, present);
      return InjectionState.NONE;
    }
    if (authority.caBundle().isEmpty()) {
      return new InjectionState(state.injectingSince(), suspensions);
    }
    Optional<Instant> applied = registration.register(tuning, authority.caBundle().get(), present);
    Optional<Instant> since = state.injectingSince().or(() -> later(applied, othersUntil));
    return new InjectionState(since, suspensions);
  }

  private static Optional<Instant> later(Optional<Instant> applied, Optional<Instant> othersUntil) {
    return applied.map(at -> othersUntil.filter(at::isBefore).orElse(at));
  }

  private void withdraw(WebSocketTuning tuning, List<MutatingWebhookConfiguration> present) {
    var metadata = tuning.getMetadata();
    registration.withdraw(metadata.getNamespace(), metadata.getName(), metadata.getUid(), present);
  }

  /** Takes the entry of a deleted tuning away; the cache may not have seen a young entry yet. */
  void end(String namespace, String name, String uid, List<MutatingWebhookConfiguration> present) {
    registration.withdraw(namespace, name, uid, registration.read(namespace, uid, present));
    registration.forget(uid);
  }

  /** Forgets what this replica did for a tuning. */
  void forget(String uid) {
    registration.forget(uid);
  }
}
