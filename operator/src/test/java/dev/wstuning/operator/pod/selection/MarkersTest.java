package dev.wstuning.operator.pod.selection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkersTest {

  @Test
  void aTokenHasEightHexadecimalDigitsThatEveryReplicaFinds() {
    assertThat(Markers.token("containerd://5e4d")).isEqualTo("1ad7b6dc");
    assertThat(Markers.token("a", "b")).isEqualTo(Markers.token("a\nb"));
  }

  @Test
  void anotherTextHasAnotherToken() {
    assertThat(Markers.token("containerd://5e4e")).isNotEqualTo(Markers.token("containerd://5e4d"));
  }
}
