package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a replica of the operator takes, as the node sees it.
 *
 * @param connections to the API server at the moment
 * @param residentMebibytes the memory that its process has resident at the moment
 * @param peakMebibytes the most that it had
 */
public record Footprint(
    String replica, int connections, long residentMebibytes, long peakMebibytes) {

  static Footprint of(Pod replica) {
    long pid = Operator.pid(replica);
    String status = Host.LOCAL.ofProcess(pid, "status");
    return new Footprint(
        replica.getMetadata().getName(),
        (int) Host.LOCAL.connectionsTo(pid, 443),
        mebibytes(status, "VmRSS"),
        mebibytes(status, "VmHWM"));
  }

  private static long mebibytes(String status, String key) {
    Matcher found = Pattern.compile(key + ":\\s+(\\d+) kB").matcher(status);
    if (!found.find()) {
      throw new AssertionError("no %s in %s".formatted(key, status));
    }
    return Long.parseLong(found.group(1)) / 1024;
  }

  @Override
  public String toString() {
    return "%d connections, %d MiB resident, at most %d"
        .formatted(connections, residentMebibytes, peakMebibytes);
  }
}
