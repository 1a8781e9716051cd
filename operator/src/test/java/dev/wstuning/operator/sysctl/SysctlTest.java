package dev.wstuning.operator.sysctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The closed list of keys, and the values that they take. */
class SysctlTest {

  /** What {@code tuner sysctls --json} prints; a test of the tuner compares it. */
  private static final Path OF_THE_TUNER = Path.of("../tuner/cmd/tuner/testdata/sysctls.json");

  record TunerKey(String key, long min, long max, int fields, String example) {}

  @Test
  void theTunerKnowsTheSameKeysWithTheSameBounds() throws IOException {
    assertThat(
            Arrays.stream(Sysctl.values())
                .map(s -> describe(s.key(), s.min(), s.max(), s.fields())))
        .containsExactlyInAnyOrderElementsOf(
            ofTheTuner().stream()
                .map(k -> describe(k.key(), k.min(), k.max(), k.fields()))
                .toList());
  }

  @Test
  void theTunersExamplesAreGoodValues() throws IOException {
    assertThat(ofTheTuner())
        .allSatisfy(
            k ->
                assertThat(Sysctl.ofKey(k.key()).orElseThrow().problemWith(k.example())).isEmpty());
  }

  private static String describe(String key, long min, long max, int fields) {
    return "%s: %d of %d to %d".formatted(key, fields, min, max);
  }

  private static List<TunerKey> ofTheTuner() throws IOException {
    return List.of(new ObjectMapper().readValue(Files.readString(OF_THE_TUNER), TunerKey[].class));
  }

  @ParameterizedTest
  @CsvSource({
    "net.ipv4.tcp_keepalive_time, 1, 32767",
    "net.ipv4.tcp_keepalive_intvl, 1, 32767",
    "net.ipv4.tcp_keepalive_probes, 1, 127",
    "net.ipv4.tcp_retries2, 3, 255",
    "net.ipv4.tcp_fin_timeout, 1, 2147483",
    "net.core.somaxconn, 1, 2147483647",
    "net.ipv4.tcp_max_syn_backlog, 1, 2147483647",
    "net.ipv4.tcp_max_tw_buckets, 1, 2147483647",
    "net.ipv4.tcp_notsent_lowat, 1, 4294967295",
    "net.ipv4.tcp_slow_start_after_idle, 0, 1",
  })
  void theBoundsThemselvesAreGoodAndWhatIsBeyondIsNot(String key, long min, long max) {
    Sysctl sysctl = Sysctl.ofKey(key).orElseThrow();

    assertThat(sysctl.problemWith("" + min)).isEmpty();
    assertThat(sysctl.problemWith("" + max)).isEmpty();
    assertThat(sysctl.problemWith("" + (min - 1))).isPresent();
    assertThat(sysctl.problemWith("" + (max + 1))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "300 ",
        " 300",
        "+300",
        "0300",
        "0x12c",
        "3e2",
        "300;reboot",
        "300\n",
        "1 2",
        "99999999999999999999",
        "\u0663"
      })
  void aValueIsDigitsAndNothingElse(String value) {
    assertThat(Sysctl.TCP_KEEPALIVE_TIME.problemWith(value))
        .contains("net.ipv4.tcp_keepalive_time takes a whole number from 1 to 32767");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4096 16384 4194304", "4096 4096 4096", "1024 1024 2147483647"})
  void threeNumbersMayOnlyGrow(String value) {
    assertThat(Sysctl.TCP_WMEM.problemWith(value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4096 16384",
        "4096 16384 1",
        "4096\t16384\t4194304",
        "4096  16384 4194304",
        "1023 16384 4194304",
        "4096 16384 2147483648",
        "4096 16384 4194304 1"
      })
  void aBadValueIsReportedWithWhatToWrite(String value) {
    assertThat(Sysctl.TCP_WMEM.problemWith(value))
        .contains(
            "net.ipv4.tcp_wmem takes 3 ascending whole numbers from 1024 to 2147483647,"
                + " separated by single spaces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel.core_pattern", "net.ipv4.tcp_mem", "net.ipv4.tcp_keepalive_tme",
        "NET.IPV4.TCP_RETRIES2", "net/ipv4/tcp_retries2", ""
      })
  void noOtherKeyIsKnown(String key) {
    assertThat(Sysctl.ofKey(key)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TCP_KEEPALIVE_TIME, 28, false",
    "TCP_KEEPALIVE_TIME, 29, true",
    "TCP_RMEM, 31, false",
    "TCP_RMEM, 32, true",
    "TCP_NOTSENT_LOWAT, 36, false",
    "TCP_NOTSENT_LOWAT, 37, true",
    "IP_LOCAL_PORT_RANGE, 29, true",
    "TCP_RETRIES2, 99, false",
    "SOMAXCONN, 99, false",
  })
  void whatKubernetesCallsSafeDependsOnItsVersion(Sysctl sysctl, int minor, boolean safe) {
    assertThat(sysctl.safeIn(minor)).isEqualTo(safe);
  }

  @ParameterizedTest
  @EnumSource
  void everyKeyBelongsToTheNetworkNamespace(Sysctl sysctl) {
    assertThat(sysctl.key()).matches("net\\.(core|ipv4)\\.[a-z_0-9]+");
    assertThat(Sysctl.ofKey(sysctl.key())).contains(sysctl);
  }

  @ParameterizedTest
  @CsvSource({"'4096\t131072\t6291456', 4096 131072 6291456", "'300\n', 300", "' 1  2 ', 1 2"})
  void whatTheKernelAnswersIsComparedWithoutItsTabs(String answered, String compared) {
    assertThat(Sysctl.normalise(answered)).isEqualTo(compared);
  }
}
