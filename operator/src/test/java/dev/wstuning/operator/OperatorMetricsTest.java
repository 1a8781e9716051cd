package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.crd.GeneratedFiles;
import dev.wstuning.operator.fixtures.Scrape;
import dev.wstuning.operator.metrics.Metric;
import dev.wstuning.operator.pod.admission.AdmissionOutcome;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.reconciler.Totals;
import dev.wstuning.operator.pod.reconciler.Totals.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a scraper gets, and whether docs/metrics.md explains it. */
class OperatorMetricsTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| (.*?) \\|");

  private final OperatorMetrics metrics = new OperatorMetrics();

  @Test
  void everythingThatIsExportedIsNamedOnce() {
    Scrape scrape = new Scrape(MetricsPage.ofALeader().scrape());

    assertThat(scrape.types().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values()).map(Metric::key).toList())
        .allMatch(name -> name.startsWith("wstuning_"));
  }

  @ParameterizedTest
  @EnumSource
  void aMetricHasTheLabelsThatItNames(Metric metric) {
    Scrape scrape = new Scrape(MetricsPage.ofALeader().scrape());

    assertThat(scrape.labels(metric.key()).keySet())
        .containsExactlyInAnyOrderElementsOf(metric.labels());
  }

  @Test
  void thePageHasARowForEachMetricAndNoOther() throws IOException {
    Scrape scrape = new Scrape(MetricsPage.ofALeader().scrape());
    String page = Files.readString(GeneratedFiles.root().resolve("docs/metrics.md"));
    Map<String, String> rows = new LinkedHashMap<>();
    Map<String, String> labels = new LinkedHashMap<>();
    ROW.matcher(page)
        .results()
        .forEach(
            row -> {
              rows.put(row.group(1), row.group(2));
              labels.put(row.group(1), row.group(3));
            });

    assertThat(rows).containsExactlyInAnyOrderEntriesOf(scrape.types());
    assertThat(labels)
        .allSatisfy(
            (metric, cell) ->
                assertThat(
                        Pattern.compile("`(\\w+)`:").matcher(cell).results().map(l -> l.group(1)))
                    .containsExactlyInAnyOrderElementsOf(scrape.labels(metric).keySet()));
  }

  /** Otherwise the first event of a kind would not be seen as an increase. */
  @Test
  void countersStartAtZero() {
    assertThat(new Scrape(metrics.scrape()).samples())
        .containsEntry("wstuning_admissions_total{outcome=\"failed\"}", 0.0)
        .containsEntry("wstuning_restarts_total{outcome=\"refused\"}", 0.0);
  }

  /** No outcome is null, but a fault in counting must not become one of an admission. */
  @Test
  void countingNeverFails() {
    assertThatCode(() -> metrics.admissions().answered(null, -1)).doesNotThrowAnyException();
  }

  @Test
  void anAdmissionFallsIntoTheBucketOfItsDuration() {
    metrics
        .admissions()
        .answered(AdmissionOutcome.LEFT_ALONE_HOST_PID, Duration.ofMillis(7).toNanos());

    assertThat(new Scrape(metrics.scrape()).samples())
        .containsEntry("wstuning_admissions_total{outcome=\"left_alone_host_pid\"}", 1.0)
        .containsEntry("wstuning_admission_seconds_bucket{le=\"0.005\"}", 0.0)
        .containsEntry("wstuning_admission_seconds_bucket{le=\"0.01\"}", 1.0)
        .containsEntry("wstuning_admission_seconds_bucket{le=\"2.0\"}", 1.0);
  }

  @Test
  void aReasonThatNoTuningHasAnyMoreIsGone() {
    AtomicReference<Totals> totals =
        new AtomicReference<>(totals("NoPods", ConditionStatus.False, Coverage.MISSED));
    metrics.tunings(() -> Optional.of(totals.get()));
    assertThat(tuningsAndPods())
        .containsExactlyInAnyOrder(
            "wstuning_tunings{reason=\"NoPods\",status=\"False\"}",
            "wstuning_pods{coverage=\"missed\"}");

    totals.set(totals("Effective", ConditionStatus.True, Coverage.CURRENT));

    assertThat(tuningsAndPods())
        .containsExactlyInAnyOrder(
            "wstuning_tunings{reason=\"Effective\",status=\"True\"}",
            "wstuning_pods{coverage=\"current\"}");
  }

  @Test
  void aReplicaThatNoLongerLeadsLeavesOutWhatConcernsTheWholeCluster() {
    AtomicReference<Optional<Totals>> totals =
        new AtomicReference<>(
            Optional.of(totals("NoPods", ConditionStatus.False, Coverage.MISSED)));
    metrics.tunings(totals::get);
    assertThat(metrics.scrape()).contains("wstuning_observers_waiting 3.0");

    totals.set(Optional.empty());

    assertThat(tuningsAndPods()).isEmpty();
    assertThat(metrics.scrape()).doesNotContain("wstuning_observers_waiting");
  }

  @Test
  void aGaugeThatCannotBeReadHidesNoOther() {
    metrics.leader(
        () -> {
          throw new IllegalStateException("the lease is unknown");
        });
    metrics.caches(new CacheWatch(Map::of, () -> 0));

    assertThat(metrics.scrape())
        .doesNotContain("wstuning_leader")
        .contains("wstuning_cache_not_watching_seconds{kind=\"Pod\"} 0.0");
  }

  private List<String> tuningsAndPods() {
    return new Scrape(metrics.scrape())
        .samples().keySet().stream()
            .filter(s -> s.startsWith("wstuning_tunings") || s.startsWith("wstuning_pods"))
            .collect(Collectors.toList());
  }

  private static Totals totals(String reason, ConditionStatus status, Coverage coverage) {
    return new Totals(Map.of(new Ready(reason, status), 1L), Map.of(coverage, 2L), Map.of(), 3);
  }
}
