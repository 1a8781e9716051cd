package dev.wstuning.operator.pod.selection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkersTest {

  @Test
  void aStartIsNamedByEightHexadecimalDigits() {
    assertThat(Markers.startToken("containerd://5e4d", "")).matches("[0-9a-f]{8}");
    assertThat(Markers.startToken("containerd://5e4d", ""))
        .isEqualTo(Markers.startToken("containerd://5e4d", ""));
  }

  @Test
  void anotherContainerOrRequestIsAnotherStart() {
    assertThat(Markers.startToken("containerd://5e4e", ""))
        .isNotEqualTo(Markers.startToken("containerd://5e4d", ""));
    assertThat(Markers.startToken("containerd://5e4d", "again"))
        .isNotEqualTo(Markers.startToken("containerd://5e4d", ""));
  }
}
