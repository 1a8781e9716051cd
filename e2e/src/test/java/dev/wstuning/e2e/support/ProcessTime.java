package dev.wstuning.e2e.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;

/** The processor time that programs of the node have used. */
public final class ProcessTime {

  private static final Path RECORD = Path.of("/var/tmp/wstuning/node/record.json");

  /** USER_HZ, the same on every machine that the node runs on. */
  private static final int TICKS_PER_SECOND = 100;

  private ProcessTime() {}

  /** Of one of the programs that e2e/cluster/status lists. */
  public static Duration ofProgram(String name) {
    try {
      JsonNode running = new ObjectMapper().readTree(RECORD.toFile()).get("running");
      return StreamSupport.stream(running.spliterator(), false)
          .filter(p -> p.get("name").asText().equals(name))
          .map(p -> of(p.at("/process/pid").asLong()))
          .findAny()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + RECORD, e);
    }
  }

  /** Of all replicas of the operator. */
  public static Duration ofTheOperator(KubernetesClient client) {
    return Operator.replicas(client).stream()
        .map(replica -> of(Operator.pid(replica)))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration of(long pid) {
    String stat = Host.LOCAL.ofProcess(pid, "stat");
    // The name in the second field may have blanks. proc_pid_stat(5): utime is field 14.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
  }
}
