package dev.wstuning.operator.pod.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespacePolicyTest {

  private static final String ENFORCE = "pod-security.kubernetes.io/enforce";

  @ParameterizedTest
  @CsvSource({
    "privileged, privileged",
    "baseline, baseline",
    "restricted, restricted",
    "Privileged, restricted", // so does the API server: what it does not know, it restricts
    "'', restricted",
  })
  void theEnforcedLevelDecides(String label, String level) {
    assertThat(policy(Map.of(ENFORCE, label)).podSecurityLevel()).isEqualTo(level);
  }

  @Test
  void withoutALabelAllIsAdmitted() {
    assertThat(policy(null).podSecurityLevel()).isEqualTo("privileged");
    assertThat(policy(Map.of("pod-security.kubernetes.io/warn", "restricted")).podSecurityLevel())
        .isEqualTo("privileged");
  }

  @ParameterizedTest
  @CsvSource({"v1.28, 28", "v1.0, 0", "v1.130, 130"})
  void aVersionPinsTheLevel(String label, int minor) {
    assertThat(policy(Map.of(ENFORCE, "baseline", ENFORCE + "-version", label)).pinnedMinor())
        .hasValue(minor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "", "1.28", "v1.28.3", "v2.1", "v1.028", "v1.x"})
  void whatIsNoVersionIsTheLatestAsForTheApiServer(String label) {
    assertThat(policy(Map.of(ENFORCE, "baseline", ENFORCE + "-version", label)).pinnedMinor())
        .isEmpty();
  }

  private static NamespacePolicy policy(Map<String, String> labels) {
    return NamespacePolicy.of(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName("realtime")
            .withLabels(labels)
            .endMetadata()
            .build());
  }
}
