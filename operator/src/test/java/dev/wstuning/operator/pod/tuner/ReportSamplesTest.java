package dev.wstuning.operator.pod.tuner;

import static dev.wstuning.operator.pod.tuner.ServerReport.Evidence.Existing;
import static dev.wstuning.operator.pod.tuner.ServerReport.Evidence.Probe;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.pod.tuner.BootReport.By;
import dev.wstuning.operator.pod.tuner.BootReport.Failure;
import dev.wstuning.operator.pod.tuner.BootReport.OpenFiles;
import dev.wstuning.operator.pod.tuner.BootReport.Sockets;
import dev.wstuning.operator.pod.tuner.ServerReport.Accepted;
import dev.wstuning.operator.pod.tuner.ServerReport.Doubt;
import dev.wstuning.operator.pod.tuner.ServerReport.KeepaliveTimer;
import dev.wstuning.operator.pod.tuner.ServerReport.Missing;
import dev.wstuning.operator.pod.tuner.ServerReport.Port;
import dev.wstuning.operator.pod.tuner.ServerReport.ServerProcess;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both sides of the contract read the same samples: this is how the operator understands them. */
class ReportSamplesTest {

  private static final ServerProcess NODE = new ServerProcess(1, "node", 1000);
  private static final List<String> KEEPALIVE = List.of("300", "10", "5");

  private static final Map<String, ParseResult<BootReport>> BOOT =
      Map.of(
          "boot-ok", boot(1024, 524_288, KEEPALIVE, List.of()),
          "boot-minimal", boot(1_048_576, 1_048_576, List.of(), List.of()),
          "boot-error",
              boot(
                  1024,
                  524_288,
                  asList("300", "2000 3000", "75", null),
                  List.of(
                      new Failure(2, "net.ipv4.tcp_keepalive_intvl: wrote 10, reads 75"),
                      new Failure(3, "write net.ipv4.tcp_rto_max_ms: no such file or directory"))));

  private static final Map<String, ParseResult<BootReport>> SOCKETS =
      Map.of(
          "boot-preload", boot(List.of(), new Sockets(By.Preload, true, null), List.of()),
          "boot-sockets", boot(KEEPALIVE, new Sockets(By.Programs, true, null), List.of()),
          // Of a newer tuner.
          "newer-boot",
              new ParseResult.Valid<>(
                  new BootReport(
                      1,
                      "boot",
                      "0.9.0",
                      Samples.PLAN,
                      new OpenFilesLimit(1024, 524_288),
                      KEEPALIVE,
                      new Sockets(By.Programs, true, null),
                      null,
                      List.of(),
                      null)),
          "boot-sockets-refused",
              boot(
                  asList("300", null),
                  new Sockets(
                      By.Programs,
                      false,
                      "attach wst_established to the pod's cgroup: operation not permitted"),
                  List.of(
                      new Failure(1, "write net.ipv4.tcp_rto_max_ms: no such file or directory"))));

  private static final String LIBRARY_FAILED =
      "install the preload library: open /wstuning/libwstuning.so.next: no space left on device";

  private static final Map<String, ParseResult<BootReport>> OPEN_FILES =
      Map.of(
          "boot-awaits-agent",
              new ParseResult.Valid<>(
                  new BootReport(
                      1,
                      "boot",
                      "0.2.0",
                      Samples.PLAN,
                      new OpenFilesLimit(1024, 524_288),
                      asList(null, null, null),
                      null,
                      null,
                      List.of(),
                      true)),
          "boot-open-files-preload",
              boot(
                  List.of("300"),
                  new Sockets(By.Programs, true, null),
                  new OpenFiles(OpenFiles.By.Preload, true, null)),
          "boot-open-files-preload-failed",
              boot(
                  List.of(),
                  new Sockets(By.Preload, false, LIBRARY_FAILED),
                  new OpenFiles(OpenFiles.By.Preload, false, LIBRARY_FAILED)),
          "boot-open-files-launcher",
              boot(KEEPALIVE, null, new OpenFiles(OpenFiles.By.Launcher, true, null)),
          "boot-open-files-launcher-failed",
              boot(
                  List.of(),
                  null,
                  new OpenFiles(
                      OpenFiles.By.Launcher,
                      false,
                      "install the launcher: write /wstuning/tuner.next: no space left on device:"
                          + " the server cannot start without its launcher")));

  /** A kernel's defaults for every key but one that it does not have. */
  private static final List<String> DEFAULTS =
      asList(
          "4096",
          "32768 60999",
          "60",
          "75",
          "9",
          "7200",
          "2048",
          "131072",
          "4294967295",
          "15",
          "4096 131072 33554432",
          null,
          "1",
          "6",
          "1",
          "2",
          "4096 16384 4194304");

  private static final Map<String, ParseResult<ServerReport>> ACCEPTED =
      Map.of(
          "server-eight-ports",
              server(
                  NODE,
                  1,
                  new OpenFilesLimit(1_048_576, 1_048_576),
                  DEFAULTS,
                  Stream.concat(
                          Stream.of(
                              new Port(
                                  8080,
                                  true,
                                  12_345,
                                  1000,
                                  null,
                                  new KeepaliveTimer(true, 300, Existing),
                                  null)),
                          IntStream.rangeClosed(8081, 8087).mapToObj(n -> port(n, 0, null)))
                      .toList(),
                  List.of()),
          "server-accepted",
              node(
                  new Accepted(true, 300, 10, 5, 20_000, true),
                  new Port(
                      8080, true, 12, 11, null, new KeepaliveTimer(true, 300, Existing), null)),
          "server-preload",
              node(
                  new Accepted(null, null, null, null, null, null),
                  new Port(8080, true, 2, 1, true, new KeepaliveTimer(true, 300, Existing), null)));

  private static final Map<String, ParseResult<ServerReport>> SERVER =
      Map.of(
          "server-ok", node(List.of(port(8080, 12, new KeepaliveTimer(true, 300, Existing)))),
          "server-keepalive-time-unknown",
              node(List.of(port(8080, 1, new KeepaliveTimer(true, null, Existing)))),
          "server-no-keepalive",
              node(List.of(port(8080, 0, new KeepaliveTimer(false, null, Probe)))),
          "server-no-listener", node(List.of(), 0, "the server did not listen within 10s"),
          "server-port-not-listening",
              node(List.of(new Port(8080, false, 0, null, null, null, null), port(3000, 2, null))),
          "server-two-ports",
              server(
                  new ServerProcess(7, "anycable-go", 65_532),
                  2,
                  new OpenFilesLimit(524_287, 524_288),
                  asList("30", null),
                  List.of(
                      port(8080, 12, new KeepaliveTimer(true, 300, Existing)),
                      port(9090, 0, new KeepaliveTimer(true, 15, Probe))),
                  List.of(1)),
          "server-probes-failed", probesFailed(true),
          "server-ports-left-out",
              node(List.of(port(8080, 12, new KeepaliveTimer(true, 300, Existing))), 5));

  /**
   * Of tuners that did not know {@code portsLeftOut}, {@code unread} and the problem of a port yet.
   * A sample that is not here says the same as the newer one of its name.
   */
  private static final Map<String, ServerReport> OLDER =
      Map.of(
          "older-server-two-ports",
              older(
                  report(SERVER.get("server-two-ports")),
                  "read net.ipv4.tcp_rto_max_ms: permission denied"),
          "older-server-probes-failed",
              older(
                  report(probesFailed(false)),
                  "port 8080: the server did not accept the probe within 5s",
                  "port 9090: probe: dial tcp 10.0.0.7:9090: connect: connection refused"),
          "older-server-ports-left-out",
              older(report(SERVER.get("server-ports-left-out")), "ports left out: 5"));

  private static final Port CHAT = port(8080, 12, new KeepaliveTimer(true, 300, Existing));

  /** With what no older tuner reported. */
  private static final Map<String, ServerReport> LATER =
      Map.of(
          "server-workers", later(4, 80_000L, null, List.of(CHAT), 0, null, null),
          "server-doubt",
              later(
                  1,
                  60_000L,
                  new Doubt(3, 20_000, Missing.Descriptors),
                  List.of(CHAT),
                  0,
                  null,
                  null),
          "server-some-keepalive-off",
              later(
                  1,
                  null,
                  null,
                  List.of(port(8080, 12_345, new KeepaliveTimer(false, null, 3, 1000, Existing))),
                  0,
                  null,
                  null),
          "server-port-elsewhere",
              later(
                  1,
                  null,
                  null,
                  List.of(new Port(8443, false, true, 0, null, null, null, null), CHAT),
                  0,
                  null,
                  null),
          "server-ports-unclear",
              later(1, null, null, List.of(), 0, 2, null, "the server did not listen within 10s"),
          "server-no-sockets",
              later(1, null, null, List.of(), 0, null, "open sock_diag: protocol not supported"),
          "server-many-ports-left-out", later(1, null, null, List.of(CHAT), 300, null, null));

  private static final List<String> LATER_SAMPLES = LATER.keySet().stream().sorted().toList();

  private static final List<String> BOOT_SAMPLES =
      Stream.of(BOOT, SOCKETS, OPEN_FILES).flatMap(m -> m.keySet().stream()).sorted().toList();
  private static final List<String> SERVER_SAMPLES =
      Stream.of(SERVER, ACCEPTED).flatMap(m -> m.keySet().stream()).sorted().toList();
  private static final List<String> OLDER_SAMPLES =
      SERVER_SAMPLES.stream().map("older-"::concat).toList();

  @ParameterizedTest
  @FieldSource("BOOT_SAMPLES")
  void aBootReportIsUnderstood(String sample) {
    ParseResult<BootReport> expected =
        Stream.of(BOOT, SOCKETS, OPEN_FILES)
            .map(m -> m.get(sample))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    int settings = ((ParseResult.Valid<BootReport>) expected).report().values().size();

    assertThat(ReportParser.boot(Samples.text(sample), Samples.PLAN, settings)).isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("SERVER_SAMPLES")
  void aServerReportIsUnderstood(String sample) {
    ParseResult<ServerReport> expected = SERVER.getOrDefault(sample, ACCEPTED.get(sample));
    int keys = ((ParseResult.Valid<ServerReport>) expected).report().values().size();

    assertThat(ReportParser.server(Samples.text(sample), Samples.START, keys)).isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("LATER_SAMPLES")
  void aLaterServerReportIsUnderstood(String sample) {
    assertThat(ReportParser.server(Samples.text(sample), Samples.START, KEEPALIVE.size()))
        .isEqualTo(new ParseResult.Valid<>(LATER.get(sample)));
  }

  @ParameterizedTest
  @FieldSource("OLDER_SAMPLES")
  void aReportOfAnOlderTunerIsUnderstood(String sample) {
    String newer = sample.replace("older-", "");
    ServerReport same = report(SERVER.getOrDefault(newer, ACCEPTED.get(newer)));
    ServerReport expected =
        OLDER.getOrDefault(sample, older(same, same.errors().toArray(String[]::new)));

    ParseResult<ServerReport> parsed =
        ReportParser.server(Samples.text(sample), Samples.START, expected.values().size());

    assertThat(parsed).isEqualTo(new ParseResult.Valid<>(expected));
    assertThat(expected.hasUnclearErrors()).isEqualTo(!expected.errors().isEmpty());
    assertThat(same.hasUnclearErrors()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void anInvalidReportIsOfNoUse(String sample) {
    Class<?> expected =
        sample.equals("invalid-truncated")
            ? ParseResult.Truncated.class
            : ParseResult.Malformed.class;

    assertThat(parse(sample)).isInstanceOf(expected);
  }

  static List<String> invalid() {
    return Samples.names("invalid-");
  }

  @Test
  void noSampleIsLeftOut() {
    assertThat(Stream.of("boot-", "newer-boot").flatMap(p -> Samples.names(p).stream()))
        .containsExactlyElementsOf(BOOT_SAMPLES);
    assertThat(Samples.names("server-"))
        .isEqualTo(
            Stream.concat(SERVER_SAMPLES.stream(), LATER_SAMPLES.stream()).sorted().toList());
    assertThat(OLDER_SAMPLES).containsAll(OLDER.keySet());
    assertThat(invalid()).isNotEmpty();
  }

  /** As the kind that it claims to be; what claims to be neither is invalid as both. */
  private static ParseResult<?> parse(String sample) {
    String text = Samples.text(sample);
    return text.contains("\"kind\":\"server\"")
        ? ReportParser.server(text, Samples.START, 3)
        : ReportParser.boot(text, Samples.PLAN, 3);
  }

  private static ParseResult<BootReport> boot(
      long soft, long hard, List<String> values, List<Failure> errors) {
    return new ParseResult.Valid<>(
        new BootReport(
            1,
            "boot",
            "0.1.0",
            Samples.PLAN,
            new OpenFilesLimit(soft, hard),
            values,
            null,
            null,
            errors,
            null));
  }

  private static ParseResult<BootReport> boot(
      List<String> values, Sockets sockets, List<Failure> errors) {
    return boot(values, sockets, null, errors);
  }

  private static ParseResult<BootReport> boot(
      List<String> values, Sockets sockets, OpenFiles openFiles) {
    return boot(values, sockets, openFiles, List.of());
  }

  private static ParseResult<BootReport> boot(
      List<String> values, Sockets sockets, OpenFiles openFiles, List<Failure> errors) {
    return new ParseResult.Valid<>(
        new BootReport(
            1,
            "boot",
            "0.1.0",
            Samples.PLAN,
            new OpenFilesLimit(1024, 524_288),
            values,
            sockets,
            openFiles,
            errors,
            null));
  }

  private static ParseResult<ServerReport> node(Accepted accepted, Port port) {
    return server(
        NODE,
        1,
        new OpenFilesLimit(20_000, 20_000),
        KEEPALIVE,
        List.of(),
        accepted,
        List.of(port),
        0);
  }

  private static ParseResult<ServerReport> node(List<Port> ports) {
    return node(ports, 0);
  }

  private static ParseResult<ServerReport> node(List<Port> ports, int leftOut, String... errors) {
    return server(
        NODE,
        1,
        new OpenFilesLimit(20_000, 20_000),
        KEEPALIVE,
        List.of(),
        null,
        ports,
        leftOut,
        errors);
  }

  private static ParseResult<ServerReport> probesFailed(boolean fields) {
    return server(
        NODE,
        1,
        new OpenFilesLimit(20_000, 20_000),
        KEEPALIVE,
        List.of(),
        new Accepted(true, 300, 10, 5, null, true),
        List.of(
            new Port(
                8080,
                true,
                12,
                null,
                null,
                new KeepaliveTimer(true, 250, Existing),
                fields ? "the server did not accept the probe within 5s" : null),
            new Port(
                9090,
                true,
                0,
                null,
                null,
                null,
                fields ? "probe: dial tcp 10.0.0.7:9090: connect: connection refused" : null)),
        0);
  }

  private static ParseResult<ServerReport> server(
      ServerProcess process,
      int processes,
      OpenFilesLimit nofile,
      List<String> values,
      List<Port> ports,
      List<Integer> unread) {
    return server(process, processes, nofile, values, unread, null, ports, 0);
  }

  private static ParseResult<ServerReport> server(
      ServerProcess process,
      int processes,
      OpenFilesLimit nofile,
      List<String> values,
      List<Integer> unread,
      Accepted accepted,
      List<Port> ports,
      Integer leftOut,
      String... errors) {
    return new ParseResult.Valid<>(
        new ServerReport(
            1,
            "server",
            "0.1.0",
            Samples.START,
            process,
            processes,
            nofile,
            null,
            null,
            values,
            unread,
            accepted,
            ports,
            leftOut,
            null,
            null,
            List.of(errors)));
  }

  private static ServerReport report(ParseResult<ServerReport> result) {
    return ((ParseResult.Valid<ServerReport>) result).report();
  }

  private static ServerReport older(ServerReport r, String... errors) {
    return new ServerReport(
        r.v(),
        r.kind(),
        r.tuner(),
        r.start(),
        r.process(),
        r.processes(),
        r.nofile(),
        null,
        null,
        r.values(),
        List.of(),
        r.accepted(),
        r.ports(),
        null,
        null,
        null,
        List.of(errors));
  }

  private static ServerReport later(
      int processes,
      Long softTotal,
      Doubt doubt,
      List<Port> ports,
      int leftOut,
      Integer unclear,
      String noSockets,
      String... errors) {
    return new ServerReport(
        1,
        "server",
        "0.2.0",
        Samples.START,
        NODE,
        processes,
        new OpenFilesLimit(20_000, 20_000),
        softTotal,
        doubt,
        KEEPALIVE,
        List.of(),
        null,
        ports,
        leftOut,
        unclear,
        noSockets,
        List.of(errors));
  }

  private static Port port(int number, int connections, KeepaliveTimer timer) {
    return new Port(number, true, connections, null, null, timer, null);
  }
}
