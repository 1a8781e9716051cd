package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.node.verdict.NodeReason;
import dev.wstuning.operator.pod.verdict.TuningReason;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page explains every reason that a status can give. */
class StatusPageTest {

  private final String[] parts =
      Files.readString(GeneratedFiles.root().resolve("docs/status.md"))
          .split("## WebSocketNodeTuning\n");

  StatusPageTest() throws IOException {}

  @ParameterizedTest
  @EnumSource
  void aReasonOfATuningHasItsRow(TuningReason reason) {
    assertThat(parts[0]).containsOnlyOnce("\n| " + reason + " | ");
  }

  @ParameterizedTest
  @EnumSource
  void aReasonOfANodeTuningHasItsRow(NodeReason reason) {
    String reasons = parts[1].substring(parts[1].indexOf("| Reason |"));
    assertThat(reasons).containsOnlyOnce("\n| " + reason + " | ");
  }
}
