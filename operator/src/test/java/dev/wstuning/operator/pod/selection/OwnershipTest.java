package dev.wstuning.operator.pod.selection;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Tunings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnershipTest {

  private static final Map<String, String> POD = Map.of("app", "chat");

  private static final WebSocketTuning OLD = tuning("z-old", "2025-01-01T00:00:00Z", "chat");
  private static final WebSocketTuning NEW = tuning("a-new", "2026-01-01T00:00:00Z", "chat");
  private static final WebSocketTuning TWIN = tuning("b-new", "2026-01-01T00:00:00Z", "chat");
  private static final WebSocketTuning OTHER = tuning("other", "2024-01-01T00:00:00Z", "mail");

  @Test
  void theOldestKeepsThePodWhateverTheOrder() {
    assertThat(Ownership.winner(POD, List.of(NEW, OTHER, OLD))).contains(OLD);
    assertThat(Ownership.winner(POD, List.of(OLD, NEW, OTHER))).contains(OLD);
  }

  @Test
  void ofTheSameSecondTheNameDecides() {
    assertThat(Ownership.winner(POD, List.of(TWIN, NEW))).contains(NEW);
    assertThat(Ownership.winner(POD, List.of(NEW, TWIN))).contains(NEW);
  }

  @Test
  void nobodyOwnsAPodThatNobodySelects() {
    assertThat(Ownership.winner(Map.of(), List.of(OLD, NEW, OTHER))).isEmpty();
    assertThat(Ownership.winner(POD, List.of(OTHER))).isEmpty();
  }

  private static WebSocketTuning tuning(String name, String created, String app) {
    return Tunings.of(
        name, tune().selector(new Selector(Map.of("app", app), null)).build(), created);
  }
}
