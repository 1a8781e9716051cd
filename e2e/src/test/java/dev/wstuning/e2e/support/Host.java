package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads from the host what a server process has: /proc/PID/limits, sysctls in the pod's network
 * namespace, and ss. Nothing here comes from the operator's reports.
 */
public final class Host {

  private static final Pattern LIMIT =
      Pattern.compile("^Max open files\\s+(\\d+)\\s+(\\d+)", Pattern.MULTILINE);
  private static final Pattern KEEPALIVE_TIMER = Pattern.compile("timer:\\(keepalive,([^,]+),");

  private Host() {}

  /** RLIMIT_NOFILE. */
  public record Limit(long soft, long hard) {}

  /** The process of the host that listens in this container on a TCP port. */
  public static long serverPid(Pod pod, String container, int port) {
    List<Long> pids = pids(containerId(pod, container));
    String listeners =
        Command.run("nsenter", "-t", String.valueOf(pids.get(0)), "-n", "ss", "-tlnpH");
    return listeners
        .lines()
        .filter(l -> l.split("\\s+")[3].endsWith(":" + port))
        .flatMap(l -> Pattern.compile("pid=(\\d+)").matcher(l).results().map(m -> m.group(1)))
        .map(Long::valueOf)
        .filter(pids::contains)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("nothing listens on port %d:%n%s".formatted(port, listeners)));
  }

  public static Limit openFiles(long pid) {
    Matcher limit = LIMIT.matcher(read(Path.of("/proc/" + pid + "/limits")));
    if (!limit.find()) {
      throw new AssertionError("no limit of open files for " + pid);
    }
    return new Limit(Long.parseLong(limit.group(1)), Long.parseLong(limit.group(2)));
  }

  /** A sysctl in the network namespace of a process, with single blanks. */
  public static String sysctl(long pid, String key) {
    return Command.run("nsenter", "-t", String.valueOf(pid), "-n", "sysctl", "-n", key)
        .trim()
        .replaceAll("\\s+", " ");
  }

  /** The sockets that were accepted on {@code port}, a line each, as ss prints them. */
  public static List<String> accepted(long pid, int port) {
    return Command.run(
            "nsenter", "-t", String.valueOf(pid), "-n", "ss", "-tnoH", "state", "established")
        .lines()
        .filter(l -> l.trim().split("\\s+")[2].endsWith(":" + port))
        .toList();
  }

  /** The seconds until the keepalive timer of a socket fires; -1 where none runs. */
  public static double keepaliveTimer(String socket) {
    Matcher timer = KEEPALIVE_TIMER.matcher(socket);
    return timer.find() ? seconds(timer.group(1)) : -1;
  }

  /** Whether the timer of a retransmission or the like hides the one of keepalive. */
  public static boolean busy(String socket) {
    return socket.contains("timer:(") && keepaliveTimer(socket) < 0;
  }

  /** Whether a process has a shared library of that name loaded. */
  public static boolean loaded(long pid, String library) {
    return read(Path.of("/proc/" + pid + "/maps")).contains("/" + library);
  }

  /** ss writes 14sec, 4min59sec, 1.2ms and the like. */
  static double seconds(String text) {
    double seconds = 0;
    Matcher part = Pattern.compile("([0-9.]+)(ms|sec|min)").matcher(text);
    while (part.find()) {
      double number = Double.parseDouble(part.group(1));
      seconds +=
          switch (part.group(2)) {
            case "min" -> number * 60;
            case "sec" -> number;
            default -> number / 1000;
          };
    }
    return seconds;
  }

  /**
   * Ends what holds a pod's namespaces, as a reboot does; the kubelet makes a new sandbox, and the
   * init containers run again.
   */
  public static void stopSandbox(Pod pod) {
    String uid = pod.getMetadata().getUid();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      long pause =
          processes
              .map(p -> p.getFileName().toString())
              .filter(n -> n.chars().allMatch(Character::isDigit))
              .filter(n -> inCgroup(n, uid))
              .filter(n -> read(Path.of("/proc", n, "comm")).strip().equals("pause"))
              .mapToLong(Long::parseLong)
              .findFirst()
              .orElseThrow(() -> new AssertionError("no sandbox of pod " + uid));
      ProcessHandle.of(pause).orElseThrow().destroyForcibly();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String containerId(Pod pod, String container) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(s -> s.getName().equals(container))
        .map(ContainerStatus::getContainerID)
        .map(id -> id.substring(id.indexOf("://") + 3))
        .findFirst()
        .orElseThrow();
  }

  /** The host's ids of the processes in a container, by the name of their cgroup. */
  private static List<Long> pids(String containerId) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      List<Long> pids =
          processes
              .map(p -> p.getFileName().toString())
              .filter(n -> n.chars().allMatch(Character::isDigit))
              .filter(n -> inCgroup(n, containerId))
              .map(Long::valueOf)
              .sorted()
              .toList();
      if (pids.isEmpty()) {
        throw new AssertionError("no process in container " + containerId);
      }
      return pids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean inCgroup(String pid, String containerId) {
    try {
      return Arrays.stream(Files.readString(Path.of("/proc/" + pid + "/cgroup")).split("\n"))
          .anyMatch(l -> l.contains(containerId));
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(Path path) {
    return Installation.read(path);
  }
}
