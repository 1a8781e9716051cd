package dev.wstuning.operator.pod.nodeplan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.crd.GeneratedFiles;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.publish.TargetRequests;
import dev.wstuning.operator.publish.WriteBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the plans of 1,000 tunings cost the API server in a cluster of 5,000 nodes, each of whose
 * agents watches them. The part of docs/scale.md is what this finds; make crds writes it.
 */
class PlansOfAFleetAreCurrentTest {

  private static final int AGENTS = 5000;
  private static final int TUNINGS = 1000;
  private static final int MOST_EVENTS = 25_000;
  private static final int MOST_MIB_A_SECOND = 32;
  private static final int MOST_MIB_OF_A_LIST = 2;
  private static final int TEN_MINUTES = 600;

  /** Longer than the writes of all take. */
  private static final int ENOUGH = TUNINGS / NodePlans.WRITES_PER_SECOND + 20;

  private static final Path PAGE = GeneratedFiles.root().resolve("docs/scale.md");
  private static final String BEGIN = "<!-- written by PlansOfAFleetAreCurrentTest -->\n";
  private static final String END = "<!-- end -->";

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final Map<String, WebSocketTuning> tunings = new LinkedHashMap<>();
  private final Stored plans = new Stored();
  private final PodPlanWriter writer =
      new PodPlanWriter(
          () -> List.copyOf(tunings.values()),
          plans,
          namespace -> true,
          new TargetRequests(
              new WriteBudget(NodePlans.WRITES_PER_SECOND, clock::nanoTime), clock::nanoTime),
          clock::nanoTime);

  /** Plans in an API server that sends each write to all agents. */
  private static final class Stored implements Plans {

    private final Map<String, WebSocketPodPlan> present = new TreeMap<>();
    private final Map<String, Integer> sizes = new TreeMap<>();
    private int writes;
    private long bytes;

    @Override
    public Optional<Collection<WebSocketPodPlan>> list() {
      return Optional.of(List.copyOf(present.values()));
    }

    @Override
    public void apply(WebSocketPodPlan plan) {
      String text = Serialization.asJson(plan);
      String namespace = plan.getMetadata().getNamespace();
      present.put(namespace, Serialization.unmarshal(text, WebSocketPodPlan.class));
      sizes.put(namespace, text.getBytes(StandardCharsets.UTF_8).length);
      count(namespace);
    }

    /** Agents get the last version of what is gone. */
    @Override
    public void delete(WebSocketPodPlan plan) {
      count(plan.getMetadata().getNamespace());
      present.remove(plan.getMetadata().getNamespace());
    }

    private void count(String namespace) {
      writes++;
      bytes += sizes.get(namespace);
    }

    /** Bytes of all of them. */
    long size() {
      return present.keySet().stream().mapToLong(sizes::get).sum();
    }
  }

  /**
   * @param writes of all seconds
   * @param busiest the most writes of a second
   * @param bytes the most of a second, as all agents together get them
   * @param seconds until the last write
   */
  private record Load(int writes, int busiest, long bytes, int seconds) {

    int events() {
      return busiest * AGENTS;
    }

    double mib() {
      return bytes / (double) (1 << 20);
    }
  }

  @Test
  void agentsOfAFleetHearOfPlansAtAPaceThatTheApiServerBears() throws IOException {
    IntStream.range(0, TUNINGS).forEach(i -> put(i, spec(30)));
    Load offered = pass(ENOUGH);
    Load quiet = pass(TEN_MINUTES);
    put(7, spec(60));
    Load one = pass(60);
    IntStream.range(0, TUNINGS).forEach(i -> put(i, spec(90)));
    Load all = pass(ENOUGH);
    long list = plans.size();
    IntStream.range(0, TUNINGS).forEach(i -> put(i, spec(90).via(Via.Admission)));
    Load withdrawn = pass(ENOUGH);

    assertThat(List.of(offered, all, withdrawn))
        .allSatisfy(
            load -> {
              assertThat(load.writes()).isEqualTo(TUNINGS);
              assertThat(load.events()).isLessThanOrEqualTo(MOST_EVENTS);
              assertThat(load.mib()).isLessThanOrEqualTo(MOST_MIB_A_SECOND);
            });
    assertThat(quiet.writes()).isZero();
    assertThat(one.writes()).isEqualTo(1);
    assertThat(list >> 20).isLessThan(MOST_MIB_OF_A_LIST);
    mustBeOnThePage(
        table(
            row("no tuning changes, for ten minutes", "no event", "%d".formatted(quiet.events())),
            row("one tuning changes", "one event for each agent", describe(one)),
            row("all tunings get `via: NodeAgent` at once", bound(), describe(offered)),
            row("all tunings change at once", bound(), describe(all)),
            row("all tunings get `via: Admission` at once", bound(), describe(withdrawn)),
            row(
                "an agent starts, and lists all plans",
                "at most %d MiB".formatted(MOST_MIB_OF_A_LIST),
                "%d KiB".formatted(list >> 10))));
  }

  private static String bound() {
    return "at most %,d events and %d MiB in any second".formatted(MOST_EVENTS, MOST_MIB_A_SECOND);
  }

  private static String describe(Load load) {
    return String.format(
        Locale.ROOT,
        "%,d events and %.1f MiB in the busiest second; the last of %,d after %d s",
        load.events(),
        load.mib(),
        load.writes(),
        load.seconds());
  }

  private static String row(String work, String must, String is) {
    return "| %s | %s | %s |\n".formatted(work, must, is);
  }

  private static String table(String... rows) {
    return """
        | %,d agents watch the plans of %,d tunings | Must be | Is |
        |---|---|---|
        %s"""
        .formatted(AGENTS, TUNINGS, String.join("", rows));
  }

  private static void mustBeOnThePage(String table) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    assertThat(from).as("%s has no %s", PAGE, BEGIN).isGreaterThanOrEqualTo(BEGIN.length());
    int to = page.indexOf(END, from);
    if (Boolean.getBoolean("crds.write")) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
    } else {
      assertThat(page.substring(from, to))
          .as("%s is generated there: run `make crds` and commit the result", PAGE)
          .isEqualTo(table);
    }
  }

  /** One pass a second. */
  private Load pass(int seconds) {
    int writes = 0;
    int busiest = 0;
    long bytes = 0;
    int last = 0;
    for (int second = 1; second <= seconds; second++) {
      clock.pass(Duration.ofSeconds(1));
      plans.writes = 0;
      plans.bytes = 0;
      writer.converge();
      writes += plans.writes;
      busiest = Math.max(busiest, plans.writes);
      bytes = Math.max(bytes, plans.bytes * AGENTS);
      last = plans.writes == 0 ? last : second;
    }
    return new Load(writes, busiest, bytes, last);
  }

  private static SpecBuilder spec(int seconds) {
    return SpecBuilder.tune()
        .via(Via.NodeAgent)
        .deadPeers(seconds)
        .sysctl("net.core.somaxconn", "4096")
        .openFiles(65_536);
  }

  private void put(int i, SpecBuilder spec) {
    String namespace = "team-%04d".formatted(i);
    WebSocketTuning before = tunings.get(namespace);
    WebSocketTuning tuning = Tunings.of("chat", spec.build());
    tuning.getMetadata().setNamespace(namespace);
    tuning.getMetadata().setUid("0d0e5f0d-5b6a-4c3e-9b53-%012d".formatted(i));
    tuning
        .getMetadata()
        .setGeneration(before == null ? 1 : before.getMetadata().getGeneration() + 1);
    tunings.put(namespace, tuning);
  }
}
