package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import java.util.Optional;

/**
 * Where a webhook entry calls: {@code /pods/NAME}, or {@code /pods/NAME/UID/GENERATION} with the
 * revision that the tuning had when the entry was written. What a later version may append is
 * skipped.
 *
 * @param name the name of the tuning
 * @param atLeast empty if the entry has no revision
 */
record AdmissionPath(String name, Optional<Revision> atLeast) {

  static final String PREFIX = "/pods/";

  /**
   * @param uid of the tuning: one of the same name that was created later has another
   * @param generation of its spec
   */
  record Revision(String uid, long generation) {}

  /** Understands a path; empty if it is another one. */
  static Optional<AdmissionPath> parse(String path) {
    if (!path.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = path.substring(PREFIX.length()).split("/");
    if (parts[0].isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new AdmissionPath(
            parts[0],
            parts.length >= 3 && parts[2].matches("[0-9]{1,18}")
                ? Optional.of(new Revision(parts[1], Long.parseLong(parts[2])))
                : Optional.empty()));
  }

  static AdmissionPath of(String name) {
    return new AdmissionPath(name, Optional.empty());
  }

  static AdmissionPath of(WebSocketTuning tuning) {
    var metadata = tuning.getMetadata();
    return new AdmissionPath(
        metadata.getName(), Optional.of(new Revision(metadata.getUid(), metadata.getGeneration())));
  }

  String text() {
    return PREFIX + name + atLeast.map(r -> "/" + r.uid() + "/" + r.generation()).orElse("");
  }

  /** Whether a tuning of this name is as new as the entry that calls. */
  boolean isServedBy(WebSocketTuning tuning) {
    return atLeast.isEmpty()
        || atLeast.get().uid().equals(tuning.getMetadata().getUid())
            && tuning.getMetadata().getGeneration() >= atLeast.get().generation();
  }
}
