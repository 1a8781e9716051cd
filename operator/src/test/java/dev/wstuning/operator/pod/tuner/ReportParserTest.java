package dev.wstuning.operator.pod.tuner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports come from inside pods: what is cut, stale, forged or too long is never used. */
class ReportParserTest {

  private static final String BOOT = Samples.text("boot-ok");
  private static final String SERVER = Samples.text("server-ok");
  private static final String SOCKETS = Samples.text("boot-sockets");
  private static final String ACCEPTED = Samples.text("server-accepted");
  private static final String PRELOADED = Samples.text("server-preload");

  @ParameterizedTest
  @MethodSource("cutBootReports")
  void aCutBootReportIsTold(String cut) {
    assertThat(boot(cut)).isInstanceOf(ParseResult.Truncated.class);
  }

  @ParameterizedTest
  @MethodSource("cutServerReports")
  void aCutServerReportIsTold(String cut) {
    assertThat(server(cut)).isInstanceOf(ParseResult.Truncated.class);
  }

  static List<String> cutBootReports() {
    return cuts(BOOT);
  }

  static List<String> cutServerReports() {
    return cuts(SERVER);
  }

  private static List<String> cuts(String report) {
    return IntStream.range(1, report.length()).mapToObj(n -> report.substring(0, n)).toList();
  }

  @Test
  void aKibibyteIsReadAndOneMoreIsNot() {
    String padded = BOOT + " ".repeat(ReportParser.MAX_BYTES - BOOT.length());

    assertThat(boot(padded)).isInstanceOf(ParseResult.Valid.class);
    assertThat(boot(padded + " ")).isEqualTo(malformed("longer than 1024 bytes"));
  }

  @Test
  void lengthIsCountedInBytes() {
    String wide = BOOT.replace("}]}", "}") + "é".repeat(500);

    assertThat(wide.length()).isLessThan(1024);
    assertThat(wide.getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(1024);
    assertThat(boot(wide)).isEqualTo(malformed("longer than 1024 bytes"));
  }

  @Test
  void noMessageIsNoReport() {
    assertThat(boot(null)).isEqualTo(malformed("no message"));
    assertThat(boot("")).isEqualTo(malformed("no message"));
  }

  @Test
  void anotherPlansReportIsStale() {
    assertThat(ReportParser.boot(BOOT, "ffffffffffff", 3))
        .isEqualTo(new ParseResult.Stale<>("plan 0123456789ab"));
  }

  @Test
  void anotherStartsReportIsStale() {
    assertThat(ReportParser.server(SERVER, "00000000", 3))
        .isEqualTo(new ParseResult.Stale<>("start 8f14e45f"));
  }

  @Test
  void whatAStaleReportClaimsIsPrintable() {
    String forged = BOOT.replace(Samples.PLAN, "\\u001b[31m");

    assertThat(boot(forged)).isEqualTo(new ParseResult.Stale<>("plan ?[31m"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 17})
  void theNumberOfValuesMustFitTheQuestion(int asked) {
    assertThat(ReportParser.boot(BOOT, Samples.PLAN, asked))
        .isEqualTo(malformed("values do not fit the plan"));
    assertThat(ReportParser.server(SERVER, Samples.START, asked))
        .isEqualTo(malformed("values do not fit the question"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "300 && reboot",
        "3e2",
        "--1",
        "99999999999999",
        "300\\t10",
        " 300",
        "1 2 3 4",
        "three hundred",
        ""
      })
  void aValueIsNumbersAndNothingElse(String value) {
    assertThat(server(SERVER.replace("\"300\"", "\"" + value + "\"")))
        .isInstanceOf(ParseResult.Malformed.class);
    assertThat(boot(BOOT.replace("\"300\"", "\"" + value + "\"")))
        .isInstanceOf(ParseResult.Malformed.class);
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void aForgedServerReportIsRefused(Forgery forgery) {
    String forged = SERVER.replace(forgery.original(), forgery.replacement());

    assertThat(forged).isNotEqualTo(SERVER);
    assertThat(server(forged)).isInstanceOf(ParseResult.Malformed.class);
  }

  @ParameterizedTest
  @MethodSource("forgeriesAboutSockets")
  void aForgedReportAboutSocketsIsRefused(Forgery forgery) {
    String sample =
        Stream.of(SOCKETS, ACCEPTED, PRELOADED)
            .filter(s -> s.contains(forgery.original()))
            .findFirst()
            .orElseThrow();
    String forged = sample.replace(forgery.original(), forgery.replacement());

    assertThat(sample.contains("\"kind\":\"boot\"") ? boot(forged) : server(forged))
        .isInstanceOf(ParseResult.Malformed.class);
  }

  static List<Forgery> forgeriesAboutSockets() {
    String accepted =
        "\"accepted\":{\"keepalive\":true,\"time\":300,\"interval\":10,\"probes\":5,"
            + "\"userTimeout\":20000,\"override\":true}";
    return List.of(
        new Forgery("\"by\":\"Programs\"", "\"by\":null"),
        new Forgery("\"by\":\"Programs\"", "\"by\":\"Magic\""),
        new Forgery("\"by\":\"Programs\"", "\"by\":0"),
        new Forgery("\"by\":\"Programs\",", ""),
        new Forgery("\"done\":true", "\"done\":true,\"error\":\"no\""),
        new Forgery("\"done\":true", "\"done\":false"),
        new Forgery("\"done\":true", "\"done\":\"true\""),
        new Forgery("\"done\":true", "\"done\":1"),
        new Forgery("\"done\":true", "\"done\":null,\"error\":\"no\""),
        new Forgery("\"done\":true", "\"done\":false,\"error\":\"\\u001b[31m\""),
        new Forgery("\"time\":300", "\"time\":32768"),
        new Forgery("\"time\":300", "\"time\":-1"),
        new Forgery("\"time\":300", "\"time\":300.5"),
        new Forgery("\"time\":300,", ""),
        new Forgery("\"interval\":10", "\"interval\":32768"),
        new Forgery("\"interval\":10", "\"interval\":-1"),
        new Forgery("\"probes\":5", "\"probes\":128"),
        new Forgery("\"probes\":5", "\"probes\":-1"),
        new Forgery("\"userTimeout\":20000", "\"userTimeout\":-1"),
        new Forgery("\"userTimeout\":20000", "\"userTimeout\":2147483648"),
        new Forgery("\"override\":true", "\"override\":\"yes\""),
        new Forgery(accepted, "\"accepted\":[]"),
        new Forgery(accepted, "\"accepted\":true"),
        new Forgery("\"remotes\":11", "\"remotes\":-1"),
        new Forgery("\"remotes\":11", "\"remotes\":\"11\""),
        new Forgery("\"remotes\":11", "\"remotes\":1.5"),
        new Forgery("\"remotes\":11", "\"remotes\":2147483648"),
        new Forgery("\"preload\":true", "\"preload\":\"true\""),
        new Forgery("\"preload\":true", "\"preload\":1"),
        new Forgery("\"preload\":true", "\"preload\":true,\"preload\":true"));
  }

  @Test
  void theWidestValuesOfAnAcceptedSocketAreRead() {
    String widest =
        ACCEPTED
            .replace("\"time\":300", "\"time\":32767")
            .replace("\"interval\":10", "\"interval\":32767")
            .replace("\"probes\":5", "\"probes\":127")
            .replace("\"userTimeout\":20000", "\"userTimeout\":2147483647");

    assertThat(widest).isNotEqualTo(ACCEPTED);
    assertThat(server(widest)).isInstanceOf(ParseResult.Valid.class);
  }

  @Test
  void aPortThatSaysItIsNotPreloadedIsNotPreloaded() {
    assertThat(server(PRELOADED.replace("\"preload\":true", "\"preload\":false")))
        .isInstanceOfSatisfying(
            ParseResult.Valid.class,
            valid ->
                assertThat(((ServerReport) valid.report()).ports())
                    .noneMatch(ServerReport.Port::preloaded));
  }

  @Test
  void thisManyPortsMayBeLeftOutAndThisMaySayWhy() {
    String widest =
        SERVER
            .replace("\"portsLeftOut\":0", "\"portsLeftOut\":7")
            .replace("\"port\":8080", "\"port\":8080,\"problem\":\"it did not accept\"")
            .replace("\"10\",\"5\"]", "null,null],\"unread\":[1,2]");

    assertThat(server(widest))
        .isInstanceOfSatisfying(
            ParseResult.Valid.class,
            valid -> {
              ServerReport report = (ServerReport) valid.report();
              assertThat(report.portsLeftOut()).isEqualTo(7);
              assertThat(report.unread()).containsExactly(1, 2);
              assertThat(report.ports().get(0).problem()).isEqualTo("it did not accept");
            });
  }

  record Forgery(String original, String replacement) {}

  static List<Forgery> forgeries() {
    return List.of(
        new Forgery("\"pid\":1", "\"pid\":0"),
        new Forgery("\"pid\":1", "\"pid\":2147483648"),
        new Forgery("\"uid\":1000", "\"uid\":-1"),
        new Forgery("\"comm\":\"node\"", "\"comm\":null"),
        new Forgery("\"comm\":\"node\"", "\"comm\":\"a-name-longer-than-the-kernel-allows\""),
        new Forgery("\"processes\":1", "\"processes\":0"),
        new Forgery("\"processes\":1", "\"processes\":-1"),
        new Forgery("\"processes\":1,", ""),
        new Forgery("\"soft\":20000", "\"soft\":20001"),
        new Forgery("\"soft\":20000", "\"soft\":1.5"),
        new Forgery("\"soft\":20000", "\"soft\":true"),
        new Forgery("\"soft\":20000", "\"soft\":1,\"soft\":20000"),
        new Forgery("\"nofile\":{\"soft\":20000,\"hard\":20000},", ""),
        new Forgery("\"process\":{\"pid\":1,\"comm\":\"node\",\"uid\":1000},", ""),
        new Forgery("\"port\":8080", "\"port\":0"),
        new Forgery("\"port\":8080", "\"port\":65536"),
        new Forgery("\"connections\":12", "\"connections\":2147483648"),
        new Forgery("\"idleSeconds\":300", "\"idleSeconds\":-1"),
        new Forgery("\"evidence\":\"Existing\"", "\"evidence\":null"),
        new Forgery("\"evidence\":\"Existing\"", "\"evidence\":1"),
        new Forgery("[{\"port\"", "[null,{\"port\""),
        new Forgery("\"portsLeftOut\":0", "\"portsLeftOut\":-1"),
        new Forgery("\"portsLeftOut\":0", "\"portsLeftOut\":65536"),
        new Forgery("\"portsLeftOut\":0", "\"portsLeftOut\":\"0\""),
        new Forgery("\"portsLeftOut\":0", "\"portsLeftOut\":0.5"),
        new Forgery("\"portsLeftOut\":0", "\"portsLeftOut\":true"),
        new Forgery("\"portsLeftOut\":0", "\"portsLeftOut\":2147483648"),
        new Forgery("\"port\":8080", "\"port\":8080,\"problem\":\"\\u001b[31m\""),
        new Forgery("\"port\":8080", "\"port\":8080,\"problem\":1"),
        new Forgery("\"port\":8080", "\"port\":8080,\"problem\":{}"),
        new Forgery("\"5\"]", "\"5\"],\"unread\":[2]"),
        new Forgery("\"5\"]", "null],\"unread\":[3]"),
        new Forgery("\"5\"]", "null],\"unread\":[-1]"),
        new Forgery("\"5\"]", "null],\"unread\":[2,2]"),
        new Forgery("\"10\",\"5\"]", "null,null],\"unread\":[2,1]"),
        new Forgery("\"5\"]", "null],\"unread\":[null]"),
        new Forgery("\"5\"]", "null],\"unread\":[\"2\"]"),
        new Forgery("\"5\"]", "null],\"unread\":[2.0]"),
        new Forgery("\"5\"]", "null],\"unread\":2"));
  }

  @Test
  void moreThanEightPortsAreRefused() {
    String port = "{\"port\":8080,\"listening\":true,\"connections\":1}";
    String ports = "[" + (port + ",").repeat(8) + port + "]";

    assertThat(server(SERVER.replaceFirst("\\[\\{.*}]", ports)))
        .isEqualTo(malformed("too many ports"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void anErrorMustBeAboutASetting(int at) {
    String forged =
        BOOT.replace("]}", "],\"errors\":[{\"at\":%d,\"message\":\"no\"}]}".formatted(at));

    assertThat(boot(forged)).isEqualTo(malformed("an error about no setting"));
  }

  @Test
  void aNullAmongTheErrorsIsRefused() {
    assertThat(boot(BOOT.replace("]}", "],\"errors\":[null]}")))
        .isInstanceOf(ParseResult.Malformed.class);
    assertThat(server(SERVER.replace("0}", "0,\"errors\":[null]}")))
        .isInstanceOf(ParseResult.Malformed.class);
  }

  private static ParseResult<BootReport> boot(String message) {
    return ReportParser.boot(message, Samples.PLAN, 3);
  }

  private static ParseResult<ServerReport> server(String message) {
    return ReportParser.server(message, Samples.START, 3);
  }

  private static <T> ParseResult<T> malformed(String problem) {
    return new ParseResult.Malformed<>(problem);
  }
}
