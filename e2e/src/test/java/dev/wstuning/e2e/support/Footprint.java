package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a replica of the operator takes, as the node sees it.
 *
 * @param connections to the API server at the moment
 * @param peakMebibytes the most memory that its process had resident
 */
public record Footprint(String replica, int connections, long peakMebibytes) {

  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  static Footprint of(Pod replica) {
    long pid = Host.LOCAL.serverPid(replica, "operator", 8443);
    Matcher peak = PEAK.matcher(Host.LOCAL.ofProcess(pid, "status"));
    if (!peak.find()) {
      throw new AssertionError("no VmHWM of " + pid);
    }
    return new Footprint(
        replica.getMetadata().getName(),
        (int) Host.LOCAL.connectionsTo(pid, 443),
        Long.parseLong(peak.group(1)) / 1024);
  }

  @Override
  public String toString() {
    return "%d connections and at most %d MiB".formatted(connections, peakMebibytes);
  }
}
