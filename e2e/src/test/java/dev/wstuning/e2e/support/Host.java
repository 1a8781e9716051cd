package dev.wstuning.e2e.support;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A machine that is a node, looked at by its own tools: /proc/PID/limits, sysctls in the pod's
 * network namespace, and ss. Nothing here comes from the operator's reports.
 */
public final class Host {

  /** The machine that the stories run on, which is the node that e2e/cluster/up starts. */
  public static final Host LOCAL = new Host();

  private static final Pattern LIMIT =
      Pattern.compile("^Max open files\\s+(\\d+)\\s+(\\d+)", Pattern.MULTILINE);
  private static final Pattern HOLDER = Pattern.compile("pid=(\\d+)");
  private static final Pattern KEEPALIVE_TIMER = Pattern.compile("timer:\\(keepalive,([^,]+),");

  private final List<String> prefix;

  /**
   * @param prefix what runs a command there
   */
  Host(String... prefix) {
    this.prefix = List.of(prefix);
  }

  /** RLIMIT_NOFILE. */
  public record Limit(long soft, long hard) {}

  /** The output of a command that runs there as root. */
  public String run(String... command) {
    return Command.run(there(command));
  }

  /** The process there that listens in this container on a TCP port. */
  public long serverPid(Pod pod, String container, int port) {
    return listener(processes(pod, container), port);
  }

  /** The same in any container of a pod, also in one that the API server does not know yet. */
  public long serverPid(Pod pod, int port) {
    return listener(processes(pod), port);
  }

  private long listener(List<Long> pids, int port) {
    String listeners = run("nsenter", "-t", String.valueOf(pids.get(0)), "-n", "ss", "-tlnpH");
    return listeners
        .lines()
        .filter(l -> l.split("\\s+")[3].endsWith(":" + port))
        .flatMap(l -> HOLDER.matcher(l).results().map(m -> m.group(1)))
        .map(Long::valueOf)
        .filter(pids::contains)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("nothing listens on port %d:%n%s".formatted(port, listeners)));
  }

  /**
   * A TCP connection of a pod.
   *
   * @param holders the processes of one container that have a descriptor of it
   * @param line what ss prints of it
   */
  public record Held(Set<Long> holders, int port, int peerPort, String line) {}

  /** The connections of a container, those that it made as well. */
  public List<Held> connections(Pod pod, String container) {
    List<Long> pids = processes(pod, container);
    String first = String.valueOf(pids.get(0));
    return run("nsenter", "-t", first, "-n", "ss", "-tnopH", "state", "established")
        .lines()
        .map(line -> held(line, pids))
        .filter(socket -> !socket.holders().isEmpty())
        .toList();
  }

  /** The process of a container that holds a connection to one of its ports. */
  public long holder(Pod pod, String container, int port) {
    return connections(pod, container).stream()
        .filter(socket -> socket.port() == port)
        .flatMap(socket -> socket.holders().stream())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process holds a connection to " + port));
  }

  /** Reads a line of ss, and leaves out holders that are not among {@code pids}. */
  static Held held(String line, List<Long> pids) {
    String[] columns = line.trim().split("\\s+");
    Set<Long> holders =
        HOLDER.matcher(line).results().map(m -> Long.valueOf(m.group(1))).collect(toSet());
    holders.retainAll(pids);
    return new Held(holders, port(columns[2]), port(columns[3]), line);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** The processes of a container. */
  public List<Long> processes(Pod pod, String container) {
    return pids(containerId(pod, container));
  }

  /** The processes of all containers of a pod, also of those that the API server does not know. */
  public List<Long> processes(Pod pod) {
    return pids(pod.getMetadata().getUid());
  }

  public String name(long pid) {
    return ofProcess(pid, "comm").strip();
  }

  public Limit openFiles(long pid) {
    Matcher limit = LIMIT.matcher(ofProcess(pid, "limits"));
    if (!limit.find()) {
      throw new AssertionError("no limit of open files for " + pid);
    }
    return new Limit(Long.parseLong(limit.group(1)), Long.parseLong(limit.group(2)));
  }

  /** A sysctl in the network namespace of a process, with single spaces. */
  public String sysctl(long pid, String key) {
    return words(run("nsenter", "-t", String.valueOf(pid), "-n", "sysctl", "-n", key));
  }

  /** A sysctl of the machine itself, with single spaces. */
  public String sysctl(String key) {
    return words(run("sysctl", "-n", key));
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  /** The sockets that were accepted on {@code port}, a line each, as ss prints them. */
  public List<String> accepted(long pid, int port) {
    return run("nsenter", "-t", String.valueOf(pid), "-n", "ss", "-tnoH", "state", "established")
        .lines()
        .filter(l -> l.trim().split("\\s+")[2].endsWith(":" + port))
        .toList();
  }

  /** How many connections a pod's network namespace has to a port of others. */
  long connectionsTo(long pid, int port) {
    return run("nsenter", "-t", String.valueOf(pid), "-n", "ss", "-tnH", "state", "established")
        .lines()
        .filter(l -> l.trim().split("\\s+")[3].endsWith(":" + port))
        .count();
  }

  /**
   * A number of /proc/net/snmp or netstat of a process's network namespace, which the kernel counts
   * by itself.
   *
   * @param name as nstat calls it, TcpPassiveOpens for example
   */
  public long counted(long pid, String name) {
    String line =
        run("nsenter", "-t", String.valueOf(pid), "-n", "nstat", "-asz", name)
            .lines()
            .filter(l -> l.startsWith(name + " "))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + name));
    return Long.parseLong(line.split("\\s+")[1]);
  }

  /** Whether a process has a shared library of that name loaded. */
  public boolean loaded(long pid, String library) {
    return ofProcess(pid, "maps").contains("/" + library);
  }

  /** A file of /proc/PID. */
  public String ofProcess(long pid, String file) {
    return run("cat", "/proc/%d/%s".formatted(pid, file));
  }

  /**
   * Ends what holds a pod's namespaces, as a reboot does; the kubelet makes a new sandbox, and the
   * init containers run again.
   */
  public void stopSandbox(Pod pod) {
    String uid = pod.getMetadata().getUid();
    long pause =
        pids(uid).stream()
            .filter(p -> name(p).equals("pause"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no sandbox of pod " + uid));
    run("kill", "-KILL", String.valueOf(pause));
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

  private static String containerId(Pod pod, String container) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(s -> s.getName().equals(container))
        .map(ContainerStatus::getContainerID)
        .map(id -> id.substring(id.indexOf("://") + 3))
        .findFirst()
        .orElseThrow();
  }

  /** Its processes whose cgroup has this in its name, as that of a container has its id. */
  private List<Long> pids(String name) {
    // systemd's cgroups of pods have underscores for the hyphens of an id.
    String pattern = name.replace("-", "[-_]");
    // Processes that end meanwhile make grep fail.
    String found =
        Command.attempt(there("sh", "-c", "grep -lE '%s' /proc/[0-9]*/cgroup".formatted(pattern)))
            .output();
    List<Long> pids =
        Pattern.compile("/proc/(\\d+)/cgroup$", Pattern.MULTILINE)
            .matcher(found)
            .results()
            .map(m -> Long.valueOf(m.group(1)))
            .sorted()
            .toList();
    if (pids.isEmpty()) {
      throw new AssertionError("no process in the cgroup of " + name);
    }
    return pids;
  }

  private String[] there(String... command) {
    return Stream.concat(prefix.stream(), Stream.of(command)).toArray(String[]::new);
  }
}
