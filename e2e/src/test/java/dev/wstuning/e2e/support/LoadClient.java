package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The sample client in a pod of its own. It opens many WebSockets to one pod, gives up where that
 * takes no more, holds what it has for a while, and counts those that then answer a ping.
 */
public final class LoadClient {

  /** One line of JSON, the last of its log. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Count(
      int wanted, int opened, int open, int ended, boolean gaveUp, String firstError) {}

  /** How its connections end after the hold: as the flag of the client has it. */
  public enum Ending {
    /** The client closes. */
    CLOSE,
    /** The client resets. */
    RESET,
    /** The client says goodbye, and the server closes. */
    GOODBYE
  }

  private final Installation cluster;
  private final String namespace;
  private final String name;

  private LoadClient(Installation cluster, String namespace, String name) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
  }

  public static LoadClient start(
      Installation cluster, String namespace, Pod server, int connections, Duration hold) {
    String name = "client-of-" + server.getMetadata().getName();
    return start(cluster, namespace, name, server, connections, hold, Ending.CLOSE);
  }

  /** One of several clients of a server, on the server's node. */
  public static LoadClient start(
      Installation cluster,
      String namespace,
      String name,
      Pod server,
      int connections,
      Duration hold,
      Ending ending) {
    cluster.apply(
        namespace,
        Registry.withImages(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, labels: {app: client}}
            spec:
              nodeName: %s
              restartPolicy: Never
              terminationGracePeriodSeconds: 1
              containers:
              - name: client
                image: localhost/wstuning/client:0.2.0
                imagePullPolicy: IfNotPresent
                args: ["--url=ws://%s:%d/ws", --connections=%d, --hold=%ds, --end=%s]
            """
                .formatted(
                    name,
                    server.getSpec().getNodeName(),
                    server.getStatus().getPodIP(),
                    Servers.PORT,
                    connections,
                    hold.toSeconds(),
                    ending.name().toLowerCase(Locale.ROOT))));
    return new LoadClient(cluster, namespace, name);
  }

  /**
   * From now on the client's node loses all that the client sends to the server, without a word to
   * anyone: as if the client's power had gone.
   */
  public void vanish(Host host, Pod server) {
    Pod pod = cluster.client().pods().inNamespace(namespace).withName(name).require();
    String pid = String.valueOf(host.processes(pod).get(0));
    String address = server.getStatus().getPodIP();
    host.run("nsenter", "-t", pid, "-n", "ip", "route", "add", "blackhole", address);
  }

  /** Waits until it opens no more: what it has now, it holds. */
  public void awaitHolding() {
    await(name + " holds its connections")
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .until(() -> log().contains("holding "));
  }

  /** Waits for the end, and returns what it counted. */
  public Count count() {
    await(name + " ends")
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .until(() -> log().stripTrailing().endsWith("}"));
    String log = log().stripTrailing();
    return Serialization.unmarshal(log.substring(log.lastIndexOf('\n') + 1), Count.class);
  }

  /** Empty until its container has started. */
  private String log() {
    Pod pod = cluster.client().pods().inNamespace(namespace).withName(name).require();
    boolean started =
        pod.getStatus().getContainerStatuses().stream()
            .anyMatch(
                s -> s.getState().getRunning() != null || s.getState().getTerminated() != null);
    return started ? cluster.client().pods().inNamespace(namespace).withName(name).getLog() : "";
  }
}
