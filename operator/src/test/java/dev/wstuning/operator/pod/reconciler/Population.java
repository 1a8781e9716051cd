package dev.wstuning.operator.pod.reconciler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Pods as an informer delivers them, after both looks at their servers: those of one workload
 * differ in what such pods differ in, and no two share an object.
 */
final class Population {

  private static final TuningPlan PLAN =
      Planner.plan(Crowd.TUNING.getSpec(), VerdictInputBuilder.ADMITS_ALL);
  private static final ObserveCommand COMMAND = new ObserveCommand(List.of(), true, Set.of(), "");
  private static final String QUESTION = Markers.token(COMMAND.sent().question(""));
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  private static final String FIRST_LOOK = Markers.OBSERVER_PREFIX + "START-" + QUESTION;
  private static final String SECOND_LOOK = FIRST_LOOK + "-2";

  private final String pod =
      Serialization.asJson(
          TestPod.named("POD")
              .ofDeployment("WORKLOAD")
              .with(Population::described)
              .tuned("chat", PLAN)
              .running()
              .booted(0, json(boot()))
              .observerEnded(FIRST_LOOK, 0, "REPORT")
              .observer(SECOND_LOOK)
              .ended(SECOND_LOOK, 0, "REPORT", "2026-01-01T12:15:10Z")
              .with(p -> p.editMetadata().withNamespace("NAMESPACE").endMetadata())
              .build());
  private final String report = json(report());
  private long version = 100_000_000;

  static WebSocketTuning tuning(String namespace, String name) {
    return tuning(namespace, name, new Selector(Map.of("app", "chat"), null));
  }

  /** One with the wishes that the pods have. */
  static WebSocketTuning tuning(String namespace, String name, Selector selector) {
    WebSocketTuning tuning = Tunings.of(name, Crowd.spec().selector(selector).build());
    tuning.getMetadata().setNamespace(namespace);
    tuning.getMetadata().setUid("uid-of-tuning-%s-%s".formatted(namespace, name));
    return tuning;
  }

  private static PodBuilder described(PodBuilder pod) {
    return pod.editMetadata()
        .withUid("UID")
        .withResourceVersion("VERSION")
        .withCreationTimestamp("CREATED")
        .addToLabels("instance", "WORKLOAD")
        .addToLabels("team", "NAMESPACE")
        .addToLabels("app.kubernetes.io/version", "1.27.3")
        .addToAnnotations("prometheus.io/scrape", "true")
        .addToAnnotations("kubectl.kubernetes.io/restartedAt", "2026-01-01T11:00:00Z")
        .endMetadata()
        .editSpec()
        .withNodeName("NODE")
        .editFirstContainer()
        .withNewResources()
        .addToLimits("memory", new Quantity("512Mi"))
        .addToRequests("cpu", new Quantity("250m"))
        .endResources()
        .addNewEnv()
        .withName("PORT")
        .withValue("8080")
        .endEnv()
        .addNewPort()
        .withContainerPort(8080)
        .endPort()
        .endContainer()
        .endSpec();
  }

  /** Another version of a pod whose server has this many connections. */
  Pod pod(String namespace, String workload, int i, String node, int connections) {
    Instant created =
        START.plusSeconds(Math.floorMod(namespace.hashCode() * 31L + i * 7, 10_000_000));
    String id = "containerd://%032x%032x".formatted(namespace.hashCode() * 31L + i, i);
    String start = Markers.token(id);
    String seen =
        report
            .replace("\"start\":\"8f14e45f\"", "\"start\":\"" + start + '"')
            .replace("111", Integer.toString(connections))
            .replace("22", Integer.toString(1 + connections % 99));
    String text =
        pod.replace("NAMESPACE", namespace)
            .replace("POD", "%s-7d9c5b6f4-%05x".formatted(workload, i))
            .replace("WORKLOAD", workload)
            .replace("UID", new UUID(namespace.hashCode() * 0x9E3779B97F4A7C15L, i).toString())
            .replace("VERSION", Long.toString(version++))
            .replace("CREATED", created.toString())
            .replace("NODE", node)
            .replace(TestPod.STARTED, created.plusSeconds(3).toString())
            .replace("2026-01-01T12:00:05Z", created.plusSeconds(9).toString())
            .replace("2026-01-01T12:15:10Z", created.plusSeconds(914).toString())
            .replace(TestPod.CONTAINER_ID, id)
            .replace("START", start)
            .replace("\"REPORT\"", Serialization.asJson(seen));
    return Serialization.unmarshal(text, Pod.class);
  }

  private static BootReport boot() {
    return new BootReport(
        1,
        "boot",
        "0.2.0",
        PLAN.hash(),
        new OpenFilesLimit(1024, 524_288),
        PLAN.settings().stream().map(Setting::value).toList(),
        new BootReport.Sockets(BootReport.By.Programs, true, null),
        null,
        null,
        null);
  }

  private static ServerReport report() {
    return ServerReportBuilder.node()
        .keepalive("300", "10", "5")
        .sysctl(Sysctl.SOMAXCONN, "16384")
        .sysctl(Sysctl.TCP_MAX_SYN_BACKLOG, "16384")
        .sysctl(Sysctl.TCP_RMEM, "4096 131072 6291456")
        .sysctl(Sysctl.TCP_WMEM, "4096 16384 4194304")
        .sysctl(Sysctl.IP_LOCAL_PORT_RANGE, "32768 60999")
        .nofile(524_287, 524_288)
        .programs(300, 10, 5, 345, false)
        .remotes(22)
        .port(8080, 111, 300)
        .port(9090, 1, 300)
        .build();
  }

  private static String json(Object report) {
    try {
      return MAPPER.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
