package dev.wstuning.operator;

import dev.wstuning.operator.pod.suspension.Intervals;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of a replica, from environment variables.
 *
 * @param namespace {@code POD_NAMESPACE}: where the operator runs
 * @param instance {@code POD_NAME}: this replica
 * @param tunerImage {@code WST_TUNER_IMAGE}: the image that is injected
 * @param nodeAgentImage {@code WST_NODE_AGENT_IMAGE}: the image of the node agent
 * @param nriSockets {@code WST_NRI_SOCKET}: where the container runtime of nodes listens for
 *     plugins, one place or several separated by commas, in the order in which agents try them
 * @param webhookPort {@code WST_WEBHOOK_PORT}
 * @param healthPort {@code WST_HEALTH_PORT}
 * @param metricsPort {@code WST_METRICS_PORT}
 * @param observersPerSecond {@code WST_OBSERVERS_PER_SECOND}: for the whole cluster
 * @param intervals {@code WST_TRIAL_AFTER_SECONDS}: how long after tuned pods were refused one is
 *     tried again; all later pauses are multiples
 */
record OperatorConfig(
    String namespace,
    String instance,
    String tunerImage,
    String nodeAgentImage,
    List<String> nriSockets,
    int webhookPort,
    int healthPort,
    int metricsPort,
    int observersPerSecond,
    Intervals intervals) {

  /** The Service through which API servers reach the webhook. */
  static final String WEBHOOK_SERVICE = "wstuning-webhook";

  /** The agent mounts the folder of each socket, and few clusters have more kinds of nodes. */
  private static final int MOST_PATHS = 8;

  /**
   * @throws IllegalArgumentException with a message that names the variable
   */
  static OperatorConfig from(Map<String, String> environment) {
    return new OperatorConfig(
        required(environment, "POD_NAMESPACE"),
        required(environment, "POD_NAME"),
        required(environment, "WST_TUNER_IMAGE"),
        required(environment, "WST_NODE_AGENT_IMAGE"),
        paths(environment, "WST_NRI_SOCKET", "/var/run/nri/nri.sock"),
        number(environment, "WST_WEBHOOK_PORT", 8443, 65_535),
        number(environment, "WST_HEALTH_PORT", 8080, 65_535),
        number(environment, "WST_METRICS_PORT", 8082, 65_535),
        number(environment, "WST_OBSERVERS_PER_SECOND", 5, 1000),
        new Intervals(
            Duration.ofSeconds(number(environment, "WST_TRIAL_AFTER_SECONDS", 60, 3600))));
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "the environment variable %s is missing: set it as manifests/install.yaml does"
              .formatted(name));
    }
    return value;
  }

  private static List<String> paths(Map<String, String> environment, String name, String absent) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return List.of(absent);
    }
    List<String> paths = Stream.of(value.split(",", -1)).map(String::strip).toList();
    Set<String> seen = new HashSet<>();
    for (String path : paths) {
      if (!path.matches("/[^/]+(/[^/]+)+")) {
        throw new IllegalArgumentException(
            "%s is \"%s\": write the absolute path of a file in a folder of its own, for example %s, or several separated by commas, instead of \"%s\""
                .formatted(name, value, absent, path));
      }
      if (!seen.add(path)) {
        throw new IllegalArgumentException(
            "%s is \"%s\": write %s only once".formatted(name, value, path));
      }
    }
    if (paths.size() > MOST_PATHS) {
      throw new IllegalArgumentException(
          "%s is \"%s\": write at most %d paths instead of %d"
              .formatted(name, value, MOST_PATHS, paths.size()));
    }
    return paths;
  }

  private static int number(Map<String, String> environment, String name, int absent, int maximum) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return absent;
    }
    try {
      int number = Integer.parseInt(value.trim());
      if (number >= 1 && number <= maximum) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, as numbers that are out of bounds.
    }
    throw new IllegalArgumentException(
        "%s is \"%s\": write a whole number from 1 to %d".formatted(name, value, maximum));
  }
}
