package dev.wstuning.operator.pod.tuner;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What {@code tuner observe} read from the server's processes and sockets.
 *
 * @param start names the start of the server container that was observed
 * @param process the process with the lowest limit among those that own the listeners
 * @param processes how many processes were looked at
 * @param values every sysctl of {@code sysctl.Sysctl}, in its order, as the pod's network namespace
 *     has it; null if the kernel does not have it, or if it is unread
 * @param unread the indices of the sysctls that the kernel has, and that could not be read
 * @param accepted what a socket has that the observer itself accepted; null if it may open no
 *     connections, or could not
 * @param portsLeftOut the number of ports for which the report had no room; absent from reports of
 *     older tuners, which reported this, unread sysctls and problems of ports in {@code errors}
 * @param errors for people; nothing is concluded from their texts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerReport(
    int v,
    String kind,
    String tuner,
    String start,
    ServerProcess process,
    int processes,
    OpenFilesLimit nofile,
    List<String> values,
    List<Integer> unread,
    Accepted accepted,
    List<Port> ports,
    Integer portsLeftOut,
    List<String> errors) {

  public ServerReport {
    unread = unread == null ? List.of() : List.copyOf(unread);
    ports = ports == null ? List.of() : List.copyOf(ports);
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /** Whether the server listened on all these ports. */
  public boolean listensOn(List<Integer> wanted) {
    return wanted.stream()
        .allMatch(port -> ports.stream().anyMatch(p -> p.port() == port && p.listening()));
  }

  /**
   * Whether an older tuner reported errors. They may mean that ports are missing, that sysctls
   * could not be read, or that connections of the observer's own failed. Without errors none of it
   * is so.
   */
  public boolean hasUnclearErrors() {
    return portsLeftOut == null && !errors.isEmpty();
  }

  /**
   * @param pid as seen inside the container
   * @param comm the kernel's name of the process, at most 15 bytes
   */
  public record ServerProcess(int pid, String comm, long uid) {}

  /**
   * What a socket has in this pod that was accepted by a program which sets no options itself: the
   * observer runs in the pod's cgroup, so the programs attached there act on it.
   *
   * @param time seconds, as is the next; what is false or zero may be absent, which reads the same
   * @param userTimeout milliseconds; 0 for none
   * @param override whether the socket refused a longer time afterwards
   */
  public record Accepted(
      Boolean keepalive,
      Integer time,
      Integer interval,
      Integer probes,
      Integer userTimeout,
      Boolean override) {

    public Accepted {
      keepalive = Boolean.TRUE.equals(keepalive);
      time = orZero(time);
      interval = orZero(interval);
      probes = orZero(probes);
      userTimeout = orZero(userTimeout);
      override = Boolean.TRUE.equals(override);
    }
  }

  private static int orZero(Integer number) {
    return number == null ? 0 : number;
  }

  /**
   * @param connections established connections that were accepted on this port; may be absent for 0
   * @param remotes distinct addresses at the other end of the connections that were looked at;
   *     absent without any
   * @param preload true if every listener carries the mark of the preloaded library; else absent
   * @param keepalive absent if no accepted connection could be looked at
   * @param problem why the observer's own connection showed nothing; absent if it did, or if none
   *     was to be opened
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Port(
      int port,
      boolean listening,
      Integer connections,
      Integer remotes,
      Boolean preload,
      KeepaliveTimer keepalive,
      String problem) {

    public Port {
      connections = orZero(connections);
    }

    /** Whether the preloaded library set options on the listeners. */
    public boolean preloaded() {
      return Boolean.TRUE.equals(preload);
    }
  }

  /**
   * The keepalive timer of an accepted socket. The kernel shows the time left until it fires, not
   * the interval nor the number of probes.
   *
   * @param running may be absent for false
   * @param idleSeconds seconds without traffic before the first probe; absent when not running
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeepaliveTimer(Boolean running, Integer idleSeconds, Evidence evidence) {

    public KeepaliveTimer {
      running = Boolean.TRUE.equals(running);
    }
  }

  /** Whose connection was looked at: that of a client, or one that the observer opened. */
  public enum Evidence {
    Existing,
    Probe
  }
}
