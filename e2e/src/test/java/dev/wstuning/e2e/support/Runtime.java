package dev.wstuning.e2e.support;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The container runtime of the node that e2e/cluster/up starts. */
public final class Runtime {

  private static final Pattern LIMIT =
      Pattern.compile("open files of containers: soft limit (\\d+), hard limit (\\d+)");

  private Runtime() {}

  /** A low soft limit and this machine's hard one, as containerd under systemd gives. */
  public static Host.Limit usualLimit() {
    return new Host.Limit(1024, Long.parseLong(Command.run("sh", "-c", "ulimit -Hn").trim()));
  }

  /** Has containers that are created from now on get these open files; restarts it if need be. */
  public static void give(Host.Limit limit) {
    Matcher status = LIMIT.matcher(Command.cluster("status"));
    if (!status.find()) {
      throw new AssertionError("e2e/cluster/status does not tell the limit of open files");
    }
    Host.Limit present =
        new Host.Limit(Long.parseLong(status.group(1)), Long.parseLong(status.group(2)));
    if (!present.equals(limit)) {
      Command.cluster(
          "restart-runtime", "--soft-nofile=" + limit.soft(), "--hard-nofile=" + limit.hard());
    }
  }

  /** Restarts it. Pods go on running. */
  public static void restart() {
    Command.cluster("restart-runtime");
  }

  /** Gives an image one more name, as if it had been pulled from there. */
  public static void tag(String image, String name) {
    Command.cluster("ctr", "images", "tag", image, name);
  }

  /** Takes that name away again; the image stays under the others. */
  public static void untag(String name) {
    Command.cluster("ctr", "images", "rm", name);
  }
}
