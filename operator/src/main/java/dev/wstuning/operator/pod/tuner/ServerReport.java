package dev.wstuning.operator.pod.tuner;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What {@code tuner observe} read from the server's processes and sockets.
 *
 * @param start names the start of the server container that was observed
 * @param process the process with the lowest limit among those that accept connections
 * @param processes how many of them there are
 * @param softTotal the sum of their soft limits, or of those of all candidates; absent for one
 * @param doubt present if {@code process} is only one of several that may be the server
 * @param values every sysctl of {@code sysctl.Sysctl}, in its order, as the pod's network namespace
 *     has it; null if the kernel does not have it, or if it is unread
 * @param unread the indices of the sysctls that the kernel has, and that could not be read
 * @param accepted what a socket has that the observer itself accepted; null if it may open no
 *     connections, or could not
 * @param portsLeftOut the number of ports for which the report had no room; absent from reports of
 *     older tuners, which reported this, unread sysctls and problems of ports in {@code errors}
 * @param portsUnclear the number of ports that may be the server's or another container's; none of
 *     them is among {@code ports}
 * @param noSockets why the kernel listed no sockets, so that nothing is known of ports; absent if
 *     it did
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
    Long softTotal,
    Doubt doubt,
    List<String> values,
    List<Integer> unread,
    Accepted accepted,
    List<Port> ports,
    Integer portsLeftOut,
    Integer portsUnclear,
    String noSockets,
    List<String> errors) {

  public ServerReport {
    unread = unread == null ? List.of() : List.copyOf(unread);
    ports = ports == null ? List.of() : List.copyOf(ports);
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /** The same with other sysctls. */
  public ServerReport withValues(List<String> read, List<Integer> notRead) {
    return new ServerReport(
        v,
        kind,
        tuner,
        start,
        process,
        processes,
        nofile,
        softTotal,
        doubt,
        read,
        notRead,
        accepted,
        ports,
        portsLeftOut,
        portsUnclear,
        noSockets,
        errors);
  }

  /** The limit of the server; empty if it depends on which process that is. */
  public Optional<OpenFilesLimit> limit() {
    return doubt == null || doubt.highest() == nofile.soft()
        ? Optional.of(nofile)
        : Optional.empty();
  }

  /** The limit that at least one of the processes has that may be the server. */
  public OpenFilesLimit highestLimit() {
    return limit()
        .orElseGet(
            () -> new OpenFilesLimit(doubt.highest(), Math.max(doubt.highest(), nofile.hard())));
  }

  /** Whether the server listened on any port. */
  public boolean listens() {
    return ports.stream().anyMatch(Port::listening);
  }

  /**
   * Whether it shows that the server listened on no port: the observer saw all ports of the pod,
   * and knew whose each of them is.
   */
  public boolean silent() {
    return !listens()
        && noSockets == null
        && orZero(portsUnclear) == 0
        && orZero(portsLeftOut) == 0;
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
   * Several processes may be the server.
   *
   * @param candidates how many
   * @param highest the highest of their soft limits; {@code nofile} is the lowest
   */
  public record Doubt(int candidates, long highest, Missing missing) {}

  /** What would show which process is the server. */
  public enum Missing {
    /** The right to read the descriptors of its processes. */
    Descriptors,
    /** A connection that one of them accepted. */
    Connections,
    /** The list of sockets. */
    Sockets
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
   * @param elsewhere true if another container of the pod listens on the port; else absent
   * @param connections established connections that were accepted on this port; may be absent for 0
   * @param remotes distinct addresses at the other end of the connections that were looked at;
   *     absent without any
   * @param preload true if every listener carries the mark of the preloaded library; else absent
   * @param keepalive absent if no accepted connection could be looked at
   * @param problem why no connection of the observer's own showed anything, so that what clients'
   *     connections showed is not corrected; absent if one did, or if there were to be none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Port(
      int port,
      boolean listening,
      Boolean elsewhere,
      Integer connections,
      Integer remotes,
      Boolean preload,
      KeepaliveTimer keepalive,
      String problem) {

    public Port {
      connections = orZero(connections);
    }

    /** A port that no other container listens on. */
    public Port(
        int port,
        boolean listening,
        Integer connections,
        Integer remotes,
        Boolean preload,
        KeepaliveTimer keepalive,
        String problem) {
      this(port, listening, null, connections, remotes, preload, keepalive, problem);
    }

    /** Whether another container of the pod listens on it. */
    public boolean anothers() {
      return Boolean.TRUE.equals(elsewhere);
    }

    /** The same with another timer. */
    public Port withKeepalive(KeepaliveTimer timer) {
      return new Port(port, listening, elsewhere, connections, remotes, preload, timer, problem);
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
   * @param running whether it runs on all sockets that were looked at; may be absent for false
   * @param idleSeconds seconds without traffic before the first probe; absent when not running
   * @param off on how many it does not run; absent if only one was looked at, or if it runs
   * @param looked how many were looked at; absent if {@code off} is
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeepaliveTimer(
      Boolean running, Integer idleSeconds, Integer off, Integer looked, Evidence evidence) {

    public KeepaliveTimer {
      running = Boolean.TRUE.equals(running);
    }

    /** The timer of one socket, or of several that are alike. */
    public KeepaliveTimer(Boolean running, Integer idleSeconds, Evidence evidence) {
      this(running, idleSeconds, null, null, evidence);
    }

    /** Whether it runs on some connections, and not on others. */
    public boolean differs() {
      return off != null && looked != null && off < looked;
    }
  }

  /** Whose connection was looked at: that of a client, or one that the observer opened. */
  public enum Evidence {
    Existing,
    Probe,
    /** Those of clients, read in the kernel by the agent of the node; no observer reports it. */
    Kernel
  }
}
