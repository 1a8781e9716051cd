package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.pod.suspension.Intervals;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorConfigTest {

  private static final Map<String, String> AS_SHIPPED =
      Map.of(
          "POD_NAMESPACE", "wstuning-system",
          "POD_NAME", "wstuning-operator-x",
          "WST_TUNER_IMAGE", "localhost/wstuning/tuner:0.1.0",
          "WST_NODE_AGENT_IMAGE", "localhost/wstuning/node-agent:0.1.0");

  @Test
  void fourVariablesAreEnough() {
    assertThat(OperatorConfig.from(AS_SHIPPED))
        .isEqualTo(
            new OperatorConfig(
                "wstuning-system",
                "wstuning-operator-x",
                "localhost/wstuning/tuner:0.1.0",
                "localhost/wstuning/node-agent:0.1.0",
                List.of("/var/run/nri/nri.sock"),
                8443,
                8080,
                8082,
                5,
                Intervals.USUAL));
  }

  @Test
  void theOthersMayBeGiven() {
    OperatorConfig config =
        OperatorConfig.from(
            with(
                "WST_WEBHOOK_PORT",
                "9443",
                "WST_HEALTH_PORT",
                " 81 ",
                "WST_METRICS_PORT",
                "82",
                "WST_OBSERVERS_PER_SECOND",
                "1000",
                "WST_TRIAL_AFTER_SECONDS",
                "5",
                "WST_NRI_SOCKET",
                "/srv/run/nri/nri.sock"));

    assertThat(config.webhookPort()).isEqualTo(9443);
    assertThat(config.healthPort()).isEqualTo(81);
    assertThat(config.metricsPort()).isEqualTo(82);
    assertThat(config.observersPerSecond()).isEqualTo(1000);
    assertThat(config.intervals()).isEqualTo(new Intervals(Duration.ofSeconds(5)));
    assertThat(config.nriSockets()).containsExactly("/srv/run/nri/nri.sock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POD_NAMESPACE", "POD_NAME", "WST_TUNER_IMAGE", "WST_NODE_AGENT_IMAGE"})
  void whatIsMissingIsNamed(String variable) {
    Map<String, String> environment = new HashMap<>(AS_SHIPPED);
    environment.remove(variable);

    assertThatThrownBy(() -> OperatorConfig.from(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the environment variable %s is missing: set it as manifests/install.yaml does"
                .formatted(variable));
    assertThatThrownBy(() -> OperatorConfig.from(with(variable, " ")))
        .hasMessageContaining(variable);
  }

  @ParameterizedTest
  @CsvSource({
    "WST_WEBHOOK_PORT, 65536, 65535",
    "WST_WEBHOOK_PORT, 0, 65535",
    "WST_HEALTH_PORT, -1, 65535",
    "WST_HEALTH_PORT, http, 65535",
    "WST_OBSERVERS_PER_SECOND, 1001, 1000",
    "WST_OBSERVERS_PER_SECOND, 0.5, 1000",
  })
  void whatIsWrongIsNamedWithWhatToWrite(String variable, String value, int maximum) {
    assertThatThrownBy(() -> OperatorConfig.from(with(variable, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s is \"%s\": write a whole number from 1 to %d".formatted(variable, value, maximum));
  }

  @Test
  void theNriSocketMayBeInSeveralPlacesOfWhichTheOrderCounts() {
    assertThat(
            OperatorConfig.from(with("WST_NRI_SOCKET", "/var/run/nri/nri.sock, /b/nri.sock,/a/n"))
                .nriSockets())
        .containsExactly("/var/run/nri/nri.sock", "/b/nri.sock", "/a/n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nri.sock", "/nri.sock", "/var/run/nri/", "/var//nri.sock", "../nri.sock"})
  void anNriSocketIsAFileInAFolder(String path) {
    assertRefused(
        path,
        "write the absolute path of a file in a folder of its own, for example"
            + " /var/run/nri/nri.sock, or several separated by commas, instead of \"%s\""
                .formatted(path));
    assertRefused("/var/run/nri/nri.sock," + path, "instead of \"%s\"".formatted(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {",/a/nri.sock", "/a/nri.sock,", "/a/nri.sock,,/b/nri.sock"})
  void aListOfNriSocketsHasNoGaps(String list) {
    assertRefused(list, "separated by commas, instead of \"\"");
  }

  @Test
  void noNriSocketIsNamedTwice() {
    assertRefused("/a/nri.sock,/b/nri.sock,/a/nri.sock", "write /a/nri.sock only once");
  }

  @Test
  void atMostEightNriSocketsAreNamed() {
    assertThat(OperatorConfig.from(with("WST_NRI_SOCKET", sockets(8))).nriSockets()).hasSize(8);
    assertRefused(sockets(9), "write at most 8 paths instead of 9");
  }

  private static String sockets(int number) {
    return IntStream.range(0, number)
        .mapToObj("/run/%d/nri.sock"::formatted)
        .collect(Collectors.joining(","));
  }

  private static void assertRefused(String sockets, String instead) {
    assertThatThrownBy(() -> OperatorConfig.from(with("WST_NRI_SOCKET", sockets)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("WST_NRI_SOCKET is \"%s\": ".formatted(sockets))
        .hasMessageEndingWith(instead);
  }

  private static Map<String, String> with(String... variables) {
    Map<String, String> environment = new HashMap<>(AS_SHIPPED);
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return environment;
  }
}
