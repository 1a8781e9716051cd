package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** What a status remembers about injection from one pass to the next. */
public record InjectionState(Optional<Instant> injectingSince, List<Suspension> suspensions) {

  /** Nothing is injected, and nothing is suspended. */
  public static final InjectionState NONE = new InjectionState(Optional.empty(), List.of());

  /** What an earlier status remembered; nothing if there was none. */
  public static InjectionState of(WebSocketTuningStatus status) {
    return status == null
        ? NONE
        : new InjectionState(
            Optional.ofNullable(status.injectingSince()).flatMap(InjectionState::instant),
            status.suspensionsOrEmpty().stream()
                .filter(s -> s.fingerprint() != null && s.message() != null)
                .toList());
  }

  /** A newer version may have written it in another form. */
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
