package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The second worker of e2e/cluster/up --modern, in user-mode Linux: systemd, cgroup v2 alone, root
 * with all capabilities. One processor, on which a system call takes a while.
 */
public final class ModernNode {

  public static final String NAME = "wstuning-modern";

  /** The guest. Each command there takes most of a second. */
  public static final Host HOST =
      new Host(Cluster.root().resolve("e2e/cluster/modern-node").toString(), "run");

  private static final String POD_SPEC = "      terminationGracePeriodSeconds:";

  private ModernNode() {}

  /** Changes the manifest of a server so that its pods run there. */
  public static String pinned(String manifest) {
    if (!manifest.contains(POD_SPEC)) {
      throw new AssertionError("no pod in this manifest:%n%s".formatted(manifest));
    }
    return manifest.replace(
        POD_SPEC, "      nodeSelector: {kubernetes.io/hostname: %s}%n%s".formatted(NAME, POD_SPEC));
  }

  /** Boots it again, and waits until it is Ready. */
  public static void reboot() {
    Command.cluster("modern-node", "reboot");
  }

  /** Takes the power away. */
  public static void losePower() {
    Command.cluster("modern-node", "poweroff", "--at-once");
  }

  /** Has it join, or boots it. */
  static void join() {
    Command.cluster("up", "--modern");
  }

  /** Before the stories of a class: the replicas of the operator start before it joins. */
  static final class Joined implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      Installation.withOperator();
      join();
    }
  }
}
