package dev.wstuning.operator.sysctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The closed list of keys of a node. */
class NodeSysctlTest {

  /** What {@code node-agent sysctls --json} prints; a test of the agent compares it. */
  private static final Path OF_THE_AGENT = Path.of("../tuner/cmd/node-agent/testdata/sysctls.json");

  record AgentKey(String key, long min, long max, int fields, String example) {}

  @Test
  void theAgentKnowsTheSameKeysWithTheSameBounds() throws IOException {
    AgentKey[] ofTheAgent =
        new ObjectMapper().readValue(Files.readString(OF_THE_AGENT), AgentKey[].class);

    assertThat(
            Arrays.stream(NodeSysctl.values())
                .map(s -> describe(s.key(), s.min(), s.max(), s.fields())))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ofTheAgent)
                .map(k -> describe(k.key(), k.min(), k.max(), k.fields()))
                .toList());
  }

  private static String describe(String key, long min, long max, int fields) {
    return "%s: %d of %d to %d".formatted(key, fields, min, max);
  }

  @Test
  void noKeyBelongsToBothAPodAndANode() {
    assertThat(Arrays.stream(NodeSysctl.values()).map(NodeSysctl::key))
        .doesNotContainAnyElementsOf(Arrays.stream(Sysctl.values()).map(Sysctl::key).toList());
  }

  @ParameterizedTest
  @EnumSource
  void aKeyIsFoundByItsName(NodeSysctl sysctl) {
    assertThat(NodeSysctl.ofKey(sysctl.key())).contains(sysctl);
    assertThat(NodeSysctl.ofKey(sysctl.key() + "x")).isEmpty();
  }

  /**
   * systemd writes the last of them by itself, and files that were copied from a machine have it.
   */
  @Test
  void theHighestValuesOfTheKernelAreGoodAndWhatIsBeyondIsNot() {
    assertThat(NodeSysctl.FS_FILE_MAX.problemWith("9223372036854775807")).isEmpty();
    assertThat(NodeSysctl.FS_FILE_MAX.problemWith("9223372036854775808")).isPresent();
    assertThat(NodeSysctl.FS_FILE_MAX.problemWith("99999999999999999999")).isPresent();
    assertThat(NodeSysctl.FS_NR_OPEN.problemWith("2147483584")).isEmpty();
    assertThat(NodeSysctl.NETDEV_MAX_BACKLOG.problemWith("2147483647")).isEmpty();
    assertThat(NodeSysctl.NETDEV_MAX_BACKLOG.problemWith("2147483648")).isPresent();
  }

  @Test
  void theRuleIsSaidInWords() {
    assertThat(NodeSysctl.FS_NR_OPEN.expected())
        .isEqualTo("fs.nr_open takes a whole number from 1048576 to 2147483584");
    assertThat(NodeSysctl.TCP_MEM.expected())
        .isEqualTo(
            "net.ipv4.tcp_mem takes 3 ascending whole numbers from 1024 to 2147483647,"
                + " separated by single spaces");
  }
}
