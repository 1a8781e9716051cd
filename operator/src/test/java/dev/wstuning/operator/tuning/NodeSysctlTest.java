package dev.wstuning.operator.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The closed list of keys of a node. */
class NodeSysctlTest {

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

  @Test
  void theRuleIsSaidInWords() {
    assertThat(NodeSysctl.FS_NR_OPEN.expected())
        .isEqualTo("fs.nr_open takes a whole number from 1024 to 1073741816");
    assertThat(NodeSysctl.TCP_MEM.expected())
        .isEqualTo(
            "net.ipv4.tcp_mem takes 3 ascending whole numbers from 1024 to 2147483647, separated by"
                + " single blanks");
  }
}
