package dev.wstuning.e2e.node;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads and writes keys of the node's own kernel, and always restores the original values after a
 * test. The keys that the stories change are harmless on an idle machine.
 */
final class NodeSysctls implements BeforeEachCallback, AfterEachCallback {

  static final String BACKLOG = "net.core.netdev_max_backlog";
  static final String ORPHANS = "net.ipv4.tcp_max_orphans";
  static final String NR_OPEN = "fs.nr_open";

  private final Map<String, String> before = new HashMap<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    for (String key : new String[] {BACKLOG, ORPHANS, NR_OPEN}) {
      before.put(key, read(key));
    }
  }

  /** Node tunings go first, or the value would be drift to their agent. */
  @Override
  public void afterEach(ExtensionContext context) {
    try {
      NodeTunings.deleteAll(Installation.withOperator());
    } finally {
      before.forEach(
          (key, value) -> {
            if (!read(key).equals(value)) {
              write(key, value);
            }
          });
    }
  }

  /** What the node had when the test began. */
  long original(String key) {
    return Long.parseLong(before.get(key));
  }

  static String read(String key) {
    return Host.LOCAL.sysctl(key);
  }

  static void write(String key, Object value) {
    Command.run("sysctl", "-q", "-w", key + "=" + value);
  }

  static void await(String key, Object value) {
    Awaitility.await("%s = %s".formatted(key, value))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> read(key), String.valueOf(value)::equals);
  }
}
