package dev.wstuning.e2e.cost;

import dev.wstuning.e2e.support.Machine;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, and where. */
final class Report {

  private final Map<Start, List<Double>> seconds = new EnumMap<>(Start.class);
  private final String place;

  /** Notes how busy the machine is before the measurement. */
  Report(KubernetesClient client) {
    place =
        "%s that had a load average of %s before the run"
            .formatted(Machine.describe(client), Machine.load());
  }

  void add(Start start, Duration took) {
    List<Double> row = seconds.computeIfAbsent(start, s -> new ArrayList<>());
    row.add(took.toNanos() / 1e9);
    row.sort(null);
  }

  private double quantile(Start start, double q) {
    List<Double> row = seconds.get(start);
    return row.get((int) Math.round(q * (row.size() - 1)));
  }

  /** Of the medians of two lines. */
  double ratio(Start start, Start other) {
    return quantile(start, 0.5) / quantile(other, 0.5);
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            """
            %s; %d rounds.

            | What sets the limits | median, s | its quartiles | to nothing | to busybox |
            |---|---|---|---|---|
            """
                .formatted(place, seconds.get(Start.BY_HAND).size()));
    for (Start start : Start.values()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %.2f to %.2f | %.2f | %.2f |\n",
              start.title,
              quantile(start, 0.5),
              quantile(start, 0.25),
              quantile(start, 0.75),
              ratio(start, Start.UNTUNED),
              ratio(start, Start.BY_HAND)));
    }
    return text.toString();
  }
}
