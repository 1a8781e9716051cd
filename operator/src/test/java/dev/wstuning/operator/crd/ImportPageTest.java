package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written by hand on the page agrees with the closed lists. */
class ImportPageTest {

  private static final Pattern KEY =
      Pattern.compile("`((?:net|fs|vm|kernel)\\.[a-z0-9_.-]+)(?=[`=: ])");

  private static final Set<String> SUPPORTED =
      Stream.concat(
              Arrays.stream(Sysctl.values()).map(Sysctl::key),
              Arrays.stream(NodeSysctl.values()).map(NodeSysctl::key))
          .collect(Collectors.toSet());

  private final String page = ImportPage.read();

  @Test
  void whatHasNoPlaceIsInNeitherList() {
    assertThat(keys(ImportPage.section(page, ImportPage.NEITHER)))
        .hasSizeGreaterThan(30)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(SUPPORTED);
  }

  @Test
  void theWorkedExamplesUseOnlySupportedKeys() {
    String examples = page.substring(page.indexOf("## AnyCable's page"));

    assertThat(keys(examples)).hasSizeGreaterThan(8).isSubsetOf(SUPPORTED);
  }

  private static List<String> keys(String text) {
    return KEY.matcher(text).results().map(MatchResult::group).map(k -> k.substring(1)).toList();
  }
}
