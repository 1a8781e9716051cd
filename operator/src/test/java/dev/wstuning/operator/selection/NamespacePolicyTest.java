package dev.wstuning.operator.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacePolicyTest {

  @ParameterizedTest
  @CsvSource({
    "privileged, privileged, true",
    "baseline, baseline, false",
    "restricted, restricted, false",
    "Privileged, restricted, false", // so does the API server: what it does not know, it restricts
    "'', restricted, false",
  })
  void theEnforcedLevelDecides(String label, String level, boolean admits) {
    NamespacePolicy policy = policy(Map.of("pod-security.kubernetes.io/enforce", label));

    assertThat(policy.podSecurityLevel()).isEqualTo(level);
    assertThat(policy.admitsPrivileged()).isEqualTo(admits);
  }

  @Test
  void withoutALabelAllIsAdmitted() {
    assertThat(policy(null).admitsPrivileged()).isTrue();
    assertThat(policy(Map.of("pod-security.kubernetes.io/warn", "restricted")).admitsPrivileged())
        .isTrue();
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
