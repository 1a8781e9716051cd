package dev.wstuning.operator.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many connections one pod can hold, by the model of docs/capacity.md: the lowest of several
 * bounds. Each is an upper bound, and so is the result. CPU is not modelled.
 *
 * @param bounds the narrowest first; never empty
 */
public record Capacity(List<Bound> bounds) {

  /** The limits that bound the number of connections. */
  public enum Limit {
    /** RLIMIT_NOFILE of the server process. */
    OpenFiles,
    /** The memory limit of the server's container. */
    Memory,
    /** nf_conntrack_max of the node. */
    Conntrack,
    /** The source ports of the proxies before the pod. */
    Ports
  }

  /**
   * @param connections that this limit admits
   * @param assumption what else must hold for that number, as a sentence
   */
  public record Bound(Limit limit, long connections, String assumption) {}

  /**
   * What is known of a pod and its node.
   *
   * @param softOpenFiles the soft limit of the server process
   * @param memoryBytes the memory limit of the server's container; empty for none
   * @param memoryEach bytes that the application needs for a connection; empty if unknown
   * @param conntrack empty if the node tracks no connections, or does not report it
   * @param proxies empty if clients connect directly, or if nothing is known about them
   */
  public record Pod(
      long softOpenFiles,
      OptionalLong memoryBytes,
      OptionalLong memoryEach,
      Optional<Conntrack> conntrack,
      Optional<Proxies> proxies) {}

  /**
   * @param max {@code net.netfilter.nf_conntrack_max} of the node
   * @param pods how many of the selected pods run there; at least 1
   */
  public record Conntrack(long max, int pods) {
    public Conntrack {
      if (pods < 1) {
        throw new IllegalArgumentException("a pod that was seen is on its node, not " + pods);
      }
    }
  }

  /**
   * @param addresses from which connections come
   * @param ports of the pod on which the proxies connect
   */
  public record Proxies(int addresses, int ports) {}

  /** Open files that a server needs apart from its connections. */
  static final long PROCESS_RESERVE = 64;

  /** Hundredths of a KiB of kernel memory for one end of an idle TCP connection, as measured. */
  static final long KERNEL_CENTI_KIB = 485;

  /** Of the kernel's default net.ipv4.ip_local_port_range, 32768 to 60999. */
  static final long SOURCE_PORTS = 28_232;

  public Capacity {
    if (bounds.isEmpty()) {
      throw new IllegalArgumentException("a capacity has at least one bound");
    }
    bounds = bounds.stream().sorted(Comparator.comparingLong(Bound::connections)).toList();
  }

  public static Capacity of(Pod pod) {
    List<Bound> bounds = new ArrayList<>();
    bounds.add(openFiles(pod.softOpenFiles()));
    pod.memoryBytes().ifPresent(bytes -> bounds.add(memory(bytes, pod.memoryEach())));
    pod.conntrack().ifPresent(conntrack -> bounds.add(conntrack(conntrack)));
    pod.proxies().ifPresent(proxies -> bounds.add(ports(proxies)));
    return new Capacity(bounds);
  }

  public long connections() {
    return bounds.get(0).connections();
  }

  /** The limit that is reached first. */
  public Limit bindsFirst() {
    return bounds.get(0).limit();
  }

  /** Whether {@code connections} are four fifths of what the pod can hold, or more. */
  public boolean isNear(long connections) {
    return connections >= connections() - connections() / 5;
  }

  private static Bound openFiles(long soft) {
    return new Bound(
        Limit.OpenFiles,
        Math.max(0, soft - PROCESS_RESERVE),
        "a soft limit of %d, of which the process needs %d for itself"
            .formatted(soft, PROCESS_RESERVE));
  }

  private static Bound memory(long bytes, OptionalLong memoryEach) {
    long centiKib = KERNEL_CENTI_KIB + 100 * memoryEach.orElse(0) / 1024;
    String each =
        memoryEach.isPresent()
            ? "4.85 KiB in the kernel and %s in the server for each connection, and nothing else"
                .formatted(amount(memoryEach.getAsLong()))
            : "4.85 KiB in the kernel for each connection; the server's own need is unknown, because"
                + " connections.memoryEach is not set";
    return new Bound(
        Limit.Memory,
        bytes / 1024 * 100 / centiKib,
        "a memory limit of %d MiB, %s".formatted(bytes >> 20, each));
  }

  private static String amount(long bytes) {
    return bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " bytes";
  }

  private static Bound conntrack(Conntrack conntrack) {
    return new Bound(
        Limit.Conntrack,
        conntrack.max() / conntrack.pods(),
        "at most: nf_conntrack_max of %d on the node, shared by %s and everything else there"
            .formatted(
                conntrack.max(),
                conntrack.pods() == 1 ? "this pod" : conntrack.pods() + " selected pods"));
  }

  private static Bound ports(Proxies proxies) {
    return new Bound(
        Limit.Ports,
        SOURCE_PORTS * proxies.addresses() * proxies.ports(),
        "likely proxies with %s connect to %s, from %d source ports each (default ip_local_port_range)"
            .formatted(
                plural(proxies.addresses(), "address", "addresses"),
                plural(proxies.ports(), "port", "ports"),
                SOURCE_PORTS));
  }

  private static String plural(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }
}
