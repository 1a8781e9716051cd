package dev.wstuning.operator.crd;

import dev.wstuning.operator.importing.KeyName;
import dev.wstuning.operator.importing.NoPlace;
import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page on importing: written by hand, except for the tables of keys. */
final class ImportPage {

  static final String POD = "keys of the pod: make crds";
  static final String NODE = "keys of the node: make crds";
  static final String NEITHER = "keys in neither list: make crds";
  private static final String NAMES = "other names: make crds";

  private static final String END = "<!-- end -->\n";

  private static final Map<Sysctl, String> OF_A_POD = new EnumMap<>(Sysctl.class);
  private static final Map<NodeSysctl, String> OF_A_NODE = new EnumMap<>(NodeSysctl.class);

  static {
    OF_A_POD.put(
        Sysctl.TCP_KEEPALIVE_TIME,
        "acts only on sockets with `SO_KEEPALIVE` whose server sets no time itself; set on the"
            + " sockets, too");
    OF_A_POD.put(Sysctl.TCP_KEEPALIVE_INTVL, "as the time");
    OF_A_POD.put(Sysctl.TCP_KEEPALIVE_PROBES, "as the time");
    OF_A_POD.put(
        Sysctl.TCP_FIN_TIMEOUT,
        "how long the kernel remembers a connection that the server closed and the client did not");
    OF_A_POD.put(
        Sysctl.TCP_RETRIES2,
        "how often unacknowledged data is repeated before a connection ends, in the whole pod;"
            + " `userTimeoutSeconds` bounds the same in seconds, for accepted connections only");
    OF_A_POD.put(Sysctl.TCP_RTO_MAX_MS, "longest wait between two repetitions; newer kernels only");
    OF_A_POD.put(
        Sysctl.SOMAXCONN,
        "bounds the queue of connections that wait to be accepted; the server must request"
            + " at least as many when it listens");
    OF_A_POD.put(
        Sysctl.TCP_MAX_SYN_BACKLOG, "connections that are being set up, if many arrive at once");
    OF_A_POD.put(
        Sysctl.TCP_MAX_TW_BUCKETS, "closed connections that the kernel remembers (TIME_WAIT)");
    OF_A_POD.put(
        Sysctl.TCP_TW_REUSE,
        "reuses ports of closed connections for new ones that the pod opens; no effect on accepted ones");
    OF_A_POD.put(
        Sysctl.TCP_SYN_RETRIES,
        "how long the pod tries to open a connection; no effect on accepted ones");
    OF_A_POD.put(Sysctl.TCP_SYNCOOKIES, "answers when the queue above is full; 1 by default");
    OF_A_POD.put(
        Sysctl.TCP_SLOW_START_AFTER_IDLE,
        "0: a connection that was idle, as WebSockets are, continues at its former speed");
    OF_A_POD.put(
        Sysctl.TCP_NOTSENT_LOWAT, "less memory for data that a slow client has not read yet");
    OF_A_POD.put(
        Sysctl.IP_LOCAL_PORT_RANGE,
        "source ports of connections that the pod opens, as a proxy does; no effect on accepted"
            + " ones");
    OF_A_POD.put(
        Sysctl.TCP_RMEM,
        "receive buffer: smallest, first, largest, in bytes. The largest bounds memory and speed of"
            + " busy connections");
    OF_A_POD.put(Sysctl.TCP_WMEM, "the same for sending");

    OF_A_NODE.put(
        NodeSysctl.FS_NR_OPEN,
        "the highest possible limit of open files; raise it before `openFiles`");
    OF_A_NODE.put(NodeSysctl.FS_FILE_MAX, "open files of all processes of the node together");
    OF_A_NODE.put(
        NodeSysctl.NF_CONNTRACK_MAX, "connections that the node tracks, for all pods together");
    OF_A_NODE.put(
        NodeSysctl.TCP_MEM,
        "memory of all TCP sockets of the node, in pages: where the kernel begins to save, and the"
            + " limit");
    OF_A_NODE.put(
        NodeSysctl.TCP_MAX_ORPHANS,
        "connections that a server closed while data was on its way; above it they are reset");
    OF_A_NODE.put(NodeSysctl.NETDEV_MAX_BACKLOG, "packets that wait for a CPU");
    OF_A_NODE.put(
        NodeSysctl.RMEM_MAX,
        "largest receive buffer that a program may request; TCP's own tuning ends at `tcp_rmem`");
    OF_A_NODE.put(NodeSysctl.WMEM_MAX, "the same for sending, with `tcp_wmem`");
  }

  private ImportPage() {}

  static Path file() {
    return GeneratedFiles.root().resolve("docs/import.md");
  }

  static String render() {
    String page = replace(replace(read(), POD, pod()), NODE, node());
    return replace(replace(page, NEITHER, neither()), NAMES, names());
  }

  static String read() {
    try {
      return Files.readString(file());
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file(), e);
    }
  }

  /** The part of the page below the comment that names it. */
  static String section(String page, String name) {
    int start = page.indexOf(begin(name)) + begin(name).length();
    return page.substring(start, page.indexOf(END, start));
  }

  private static String replace(String page, String name, String table) {
    return page.replace(begin(name) + section(page, name), begin(name) + table);
  }

  private static String begin(String name) {
    return "<!-- " + name + " -->\n";
  }

  private static String pod() {
    return table(
        "| Key | Becomes | Safe since | What it does for WebSockets |\n|---|---|---|---|\n",
        Arrays.stream(Sysctl.values())
            .map(
                s ->
                    "| `%s` | `%s` | %s | %s |\n"
                        .formatted(
                            s.key(), place(s), ReferencePage.safeSince(s), meaning(OF_A_POD, s))));
  }

  private static String place(Sysctl sysctl) {
    return switch (sysctl) {
      case TCP_KEEPALIVE_TIME -> "keepalive.timeSeconds";
      case TCP_KEEPALIVE_INTVL -> "keepalive.intervalSeconds";
      case TCP_KEEPALIVE_PROBES -> "keepalive.probes";
      default -> "sysctls";
    };
  }

  private static String node() {
    return table(
        "| Key | Value | What it does for WebSockets |\n|---|---|---|\n",
        Arrays.stream(NodeSysctl.values())
            .map(
                s ->
                    "| `%s` | %s%d to %d | %s |\n"
                        .formatted(
                            s.key(),
                            s.fields() == 1 ? "" : s.fields() + " ascending numbers, ",
                            s.min(),
                            s.max(),
                            meaning(OF_A_NODE, s))));
  }

  private static String neither() {
    return table(
        "| Key | Why not |\n|---|---|\n",
        Arrays.stream(NoPlace.values())
            .map(none -> "| %s | %s |\n".formatted(codes(none.keys()), none.why())));
  }

  private static String names() {
    return table(
        "| Name in files | Key |\n|---|---|\n",
        KeyName.OTHERS.entrySet().stream()
            .map(e -> "| %s | `%s` |\n".formatted(codes(e.getValue()), e.getKey())));
  }

  private static String codes(List<String> keys) {
    return keys.stream().collect(Collectors.joining("`, `", "`", "`"));
  }

  private static String table(String header, Stream<String> rows) {
    return rows.collect(Collectors.joining("", header, ""));
  }

  private static <K extends Enum<K>> String meaning(Map<K, String> meanings, K key) {
    return Optional.ofNullable(meanings.get(key))
        .orElseThrow(
            () -> new IllegalStateException("explain in ImportPage what %s does".formatted(key)));
  }
}
