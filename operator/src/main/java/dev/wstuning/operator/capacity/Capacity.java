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
    /** RLIMIT_NOFILE of the server's processes. */
    OpenFiles,
    /** The memory limit of the server's container. */
    Memory,
    /** nf_conntrack_max of the node. */
    Conntrack,
    /** The source ports of the proxies before the pod. */
    Ports
  }

  /** One of the limits. */
  public sealed interface Bound {

    Limit limit();

    /** How many connections it admits. */
    long connections();

    /** What else must hold for that number, as a sentence. */
    String assumption();
  }

  /**
   * What is known of a pod and its node.
   *
   * @param openFiles of the server's processes
   * @param memoryBytes the memory limit of the server's container; empty for none
   * @param memoryEach bytes that the application needs for a connection; empty if unknown
   * @param conntrack empty if the node tracks no connections, or does not report it
   * @param proxies empty if clients connect directly, or if nothing is known about them
   */
  public record Pod(
      OpenFiles openFiles,
      OptionalLong memoryBytes,
      OptionalLong memoryEach,
      Optional<Conntrack> conntrack,
      Optional<Proxies> proxies) {}

  /**
   * @param soft the soft limits of all processes that accept connections, together
   * @param processes how many these are
   * @param perhapsSelect whether their event loop may be select(2), which ends long before that
   *     limit
   */
  public record OpenFiles(long soft, int processes, boolean perhapsSelect) implements Bound {
    @Override
    public Limit limit() {
      return Limit.OpenFiles;
    }

    @Override
    public long connections() {
      return Math.max(0, soft - processes * PROCESS_RESERVE);
    }

    @Override
    public String assumption() {
      String limits =
          processes == 1
              ? "a soft limit of %d, of which the process needs %d for itself"
                  .formatted(soft, PROCESS_RESERVE)
              : "soft limits of %d in %d processes together, of which each needs %d for itself, and that connections are spread alike"
                  .formatted(soft, processes, PROCESS_RESERVE);
      return perhapsSelect
          ? limits + ", and an event loop other than select(2), which ends at descriptor 1023"
          : limits;
    }
  }

  /**
   * @param bytes the limit of the server's container
   * @param each bytes that the application needs for a connection; empty if that is not known
   */
  public record Memory(long bytes, OptionalLong each) implements Bound {
    @Override
    public Limit limit() {
      return Limit.Memory;
    }

    @Override
    public long connections() {
      return bytes / 1024 * 100 / (KERNEL_CENTI_KIB + 100 * each.orElse(0) / 1024);
    }

    @Override
    public String assumption() {
      String need =
          each.isPresent()
              ? "4.85 KiB in the kernel and %s in the server for each connection, and nothing else"
                  .formatted(amount(each.getAsLong()))
              : "4.85 KiB in the kernel for each connection; the server's own need is unknown, because"
                  + " connections.memoryEach is not set";
      return "a memory limit of %d MiB, %s".formatted(bytes >> 20, need);
    }

    private static String amount(long bytes) {
      return bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " bytes";
    }
  }

  /**
   * @param max {@code net.netfilter.nf_conntrack_max} of the node
   * @param pods how many of the selected pods run there; at least 1
   */
  public record Conntrack(long max, int pods) implements Bound {
    public Conntrack {
      if (pods < 1) {
        throw new IllegalArgumentException("a pod that was seen is on its node, not " + pods);
      }
    }

    @Override
    public Limit limit() {
      return Limit.Conntrack;
    }

    @Override
    public long connections() {
      return max / pods;
    }

    @Override
    public String assumption() {
      return "at most: nf_conntrack_max of %d on the node, shared by %s and everything else there"
          .formatted(max, pods == 1 ? "this pod" : pods + " selected pods");
    }
  }

  /**
   * @param addresses from which connections come
   * @param ports of the pod on which the proxies connect
   */
  public record Proxies(int addresses, int ports) implements Bound {
    @Override
    public Limit limit() {
      return Limit.Ports;
    }

    @Override
    public long connections() {
      return SOURCE_PORTS * addresses * ports;
    }

    @Override
    public String assumption() {
      return "likely proxies with %s connect to %s, from %d source ports each (default ip_local_port_range)"
          .formatted(
              plural(addresses, "address", "addresses"),
              plural(ports, "port", "ports"),
              SOURCE_PORTS);
    }

    private static String plural(int number, String one, String many) {
      return number + " " + (number == 1 ? one : many);
    }
  }

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
    bounds.add(pod.openFiles());
    pod.memoryBytes().ifPresent(bytes -> bounds.add(new Memory(bytes, pod.memoryEach())));
    pod.conntrack().ifPresent(bounds::add);
    pod.proxies().ifPresent(bounds::add);
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
}
