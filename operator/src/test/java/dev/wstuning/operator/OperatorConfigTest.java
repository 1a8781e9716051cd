package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
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
                "/var/run/nri/nri.sock",
                8443,
                8080,
                5));
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
                "WST_OBSERVERS_PER_SECOND",
                "1000",
                "WST_NRI_SOCKET",
                "/srv/run/nri/nri.sock"));

    assertThat(config.webhookPort()).isEqualTo(9443);
    assertThat(config.healthPort()).isEqualTo(81);
    assertThat(config.observersPerSecond()).isEqualTo(1000);
    assertThat(config.nriSocket()).isEqualTo("/srv/run/nri/nri.sock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POD_NAMESPACE", "POD_NAME", "WST_TUNER_IMAGE", "WST_NODE_AGENT_IMAGE"})
  void whatIsMissingIsNamed(String variable) {
    Map<String, String> environment = new HashMap<>(AS_SHIPPED);
    environment.remove(variable);

    assertThatThrownBy(() -> OperatorConfig.from(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "set the environment variable %s, as manifests/install.yaml does".formatted(variable));
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

  @ParameterizedTest
  @ValueSource(
      strings = {"nri.sock", "/nri.sock", "/var/run/nri/", "/var//nri.sock", "../nri.sock"})
  void theNriSocketIsAFileInAFolder(String path) {
    assertThatThrownBy(() -> OperatorConfig.from(with("WST_NRI_SOCKET", path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("WST_NRI_SOCKET is \"%s\": write the absolute path".formatted(path));
  }

  private static Map<String, String> with(String... variables) {
    Map<String, String> environment = new HashMap<>(AS_SHIPPED);
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return environment;
  }
}
