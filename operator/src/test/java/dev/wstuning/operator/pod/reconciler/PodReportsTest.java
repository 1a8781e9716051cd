package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedPod;
import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.store.Interner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PodReportsTest {

  private static final Optional<String> BOOT = Optional.of("boot");

  private final List<String> heard = new ArrayList<>();
  private final PodReports reports =
      new PodReports(
          new Interner()::shared,
          new PodReports.Listener() {
            @Override
            public void reported(String node, Set<String> pods) {
              heard.add(node + " " + new TreeSet<>(pods));
            }

            @Override
            public void counted(String node, Set<String> pods) {
              heard.add(node + " counts " + new TreeSet<>(pods));
            }
          });

  @Test
  void onlyThePodsWhoseReportChangedAreAnnounced() {
    put(counted("a", 1), counted("b", 1), counted("c", 1));
    put(counted("a", 1), counted("b", 2), counted("d", 1));
    put(counted("a", 1), counted("b", 2), counted("d", 1));

    assertThat(heard)
        .containsExactly(
            "node-1 [uid-of-a, uid-of-b, uid-of-c]",
            "node-1 [uid-of-c, uid-of-d]",
            "node-1 counts [uid-of-b]");
    assertThat(
            reports
                .of("node-1", "uid-of-b", () -> BOOT)
                .orElseThrow()
                .counts()
                .orElseThrow()
                .open())
        .isEqualTo(2);
    assertThat(reports.of("node-1", "uid-of-c", () -> BOOT)).isEmpty();
    assertThat(reports.of("node-2", "uid-of-a", () -> BOOT)).isEmpty();
  }

  /** Whose connections have other values is judged again; whose are more or fewer is not. */
  @Test
  void valuesThatConnectionsHaveAreNoCounts() {
    put(measured("a", 4, 300), measured("b", 4, 300));
    heard.clear();

    put(measured("a", 5, 300), measured("b", 4, 60));

    assertThat(heard).containsExactly("node-1 [uid-of-b]", "node-1 counts [uid-of-a]");
  }

  private static ReportedPod measured(String pod, long open, int seconds) {
    return AgentReports.of(pod).sockets(8080, open, seconds, 10, 5, 0).build();
  }

  @Test
  void aReportThatGoesTakesItsPodsAlong() {
    put(counted("a", 1));
    heard.clear();

    assertThat(reports.remove("node-1")).isNotNull();

    assertThat(heard).containsExactly("node-1 [uid-of-a]");
    assertThat(reports.of("node-1", "uid-of-a", () -> BOOT)).isEmpty();
    assertThat(reports.remove("node-1")).isNull();
  }

  /** A pod keeps its uid when its node boots; what was done to it is undone. */
  @Test
  void aReportOfAnEarlierBootDoesNotCount() {
    put(counted("a", 1));
    assertThat(reports.of("node-1", "uid-of-a", () -> Optional.of("later"))).isEmpty();
    assertThat(reports.of("node-1", "uid-of-a", Optional::empty)).isPresent();
    heard.clear();

    reports.put("node-1", AgentReports.on("node-1", "later", counted("a", 1)));

    assertThat(heard).containsExactly("node-1 [uid-of-a]");
    assertThat(reports.of("node-1", "uid-of-a", () -> Optional.of("later"))).isPresent();
  }

  /** What is kept is what is read, not the object. */
  @Test
  void theStoreHandsOutObjectsWithoutTheirPods() {
    put(counted("a", 1));

    assertThat(reports.get("node-1").getStatus()).isNull();
    assertThat(reports.get("node-1").getMetadata().getResourceVersion()).isEqualTo("1");
    assertThat(reports.values().map(r -> r.getMetadata().getName())).containsExactly("node-1");
    assertThat(reports.keySet().toList()).isEqualTo(List.of("node-1"));
    assertThat(Set.of(reports.size())).containsExactly(1);
  }

  @Test
  void anObjectWithoutAStatusReportsNothing() {
    WebSocketNodeReport empty = AgentReports.on("node-1", "boot");
    empty.setStatus(null);

    assertThat(reports.put("node-1", empty)).isNull();

    assertThat(heard).isEmpty();
  }

  private void put(ReportedPod... pods) {
    reports.put("node-1", AgentReports.on("node-1", "boot", pods));
  }

  private static ReportedPod counted(String pod, long open) {
    return AgentReports.of(pod).counts(open, 0, 0, 0, 0).build();
  }
}
