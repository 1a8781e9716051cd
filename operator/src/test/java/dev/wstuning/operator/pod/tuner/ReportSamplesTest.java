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
import dev.wstuning.operator.pod.tuner.ServerReport.KeepaliveTimer;
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
                      List.of())),
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
                                  new KeepaliveTimer(true, 300, Existing))),
                          IntStream.rangeClosed(8081, 8087).mapToObj(n -> port(n, 0, null)))
                      .toList(),
                  List.of()),
          "server-accepted",
              node(
                  new Accepted(true, 300, 10, 5, 20_000, true),
                  new Port(8080, true, 12, 11, null, new KeepaliveTimer(true, 300, Existing))),
          "server-preload",
              node(
                  new Accepted(null, null, null, null, null, null),
                  new Port(8080, true, 2, 1, true, new KeepaliveTimer(true, 300, Existing))));

  private static final Map<String, ParseResult<ServerReport>> SERVER =
      Map.of(
          "server-ok", node(List.of(port(8080, 12, new KeepaliveTimer(true, 300, Existing)))),
          "server-keepalive-time-unknown",
              node(List.of(port(8080, 1, new KeepaliveTimer(true, null, Existing)))),
          "server-no-keepalive",
              node(List.of(port(8080, 0, new KeepaliveTimer(false, null, Probe)))),
          "server-no-listener", node(List.of(), "the server did not listen within 10s"),
          "server-port-not-listening",
              node(List.of(new Port(8080, false, 0, null, null, null), port(3000, 2, null))),
          "server-two-ports",
              server(
                  new ServerProcess(7, "anycable-go", 65_532),
                  2,
                  new OpenFilesLimit(524_287, 524_288),
                  asList("30", null),
                  List.of(
                      port(8080, 12, new KeepaliveTimer(true, 300, Existing)),
                      port(9090, 0, new KeepaliveTimer(true, 15, Probe))),
                  List.of("read net.ipv4.tcp_rto_max_ms: permission denied")));

  private static final List<String> BOOT_SAMPLES =
      Stream.of(BOOT, SOCKETS, OPEN_FILES).flatMap(m -> m.keySet().stream()).sorted().toList();
  private static final List<String> SERVER_SAMPLES =
      Stream.of(SERVER, ACCEPTED).flatMap(m -> m.keySet().stream()).sorted().toList();

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
    assertThat(Samples.names("server-")).isEqualTo(SERVER_SAMPLES);
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
            errors));
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
            errors));
  }

  private static ParseResult<ServerReport> node(Accepted accepted, Port port) {
    return new ParseResult.Valid<>(
        new ServerReport(
            1,
            "server",
            "0.1.0",
            Samples.START,
            NODE,
            1,
            new OpenFilesLimit(20_000, 20_000),
            KEEPALIVE,
            accepted,
            List.of(port),
            List.of()));
  }

  private static ParseResult<ServerReport> node(List<Port> ports, String... errors) {
    return server(NODE, 1, new OpenFilesLimit(20_000, 20_000), KEEPALIVE, ports, List.of(errors));
  }

  private static ParseResult<ServerReport> server(
      ServerProcess process,
      int processes,
      OpenFilesLimit nofile,
      List<String> values,
      List<Port> ports,
      List<String> errors) {
    return new ParseResult.Valid<>(
        new ServerReport(
            1,
            "server",
            "0.1.0",
            Samples.START,
            process,
            processes,
            nofile,
            values,
            null,
            ports,
            errors));
  }

  private static Port port(int number, int connections, KeepaliveTimer timer) {
    return new Port(number, true, connections, null, null, timer);
  }
}
