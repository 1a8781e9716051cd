package dev.wstuning.operator.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Reads termination messages. They come from inside pods, so nothing is taken on trust: not the
 * length, not a field's type or range, not a single control character.
 */
public final class ReportParser {

  /** 12 KiB for at most 17 containers; the tuner keeps to it. */
  static final int MAX_BYTES = 700;

  /** TASK_COMM_LEN of the kernel, without the zero at its end. */
  private static final int MAX_COMM = 15;

  private static final Pattern NUMBERS = Pattern.compile("-?\\d{1,10}( -?\\d{1,10}){0,2}");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              c -> {
                c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private ReportParser() {}

  /**
   * @param plan the plan that the init container was given
   * @param settings how many settings it was given
   */
  public static Parsed<BootReport> boot(String message, String plan, int settings) {
    return parse(
        message,
        BootReport.class,
        r -> {
          check(r.v() == 1 && "boot".equals(r.kind()), "not a boot report of version 1");
          check(r.values() != null && r.values().size() == settings, "values do not fit the plan");
          checkValues(r.values());
          checkLimit(r.nofile());
          for (BootReport.Failure f : r.errors()) {
            check(f.at() >= 0 && f.at() < settings, "an error about no setting");
            checkText(f.message());
          }
          return plan.equals(r.plan())
              ? new Parsed.Valid<>(r)
              : new Parsed.Stale<>("plan " + printable(r.plan()));
        });
  }

  /**
   * @param start the start of the server container that the observer was sent to
   * @param keys how many sysctls it was asked for
   */
  public static Parsed<ServerReport> server(String message, String start, int keys) {
    return parse(
        message,
        ServerReport.class,
        r -> {
          check(r.v() == 1 && "server".equals(r.kind()), "not a server report of version 1");
          check(r.values() != null && r.values().size() == keys, "values do not fit the question");
          checkValues(r.values());
          checkProcess(r.process(), r.processes());
          checkLimit(r.nofile());
          for (String error : r.errors()) {
            checkText(error);
          }
          check(r.ports().size() <= 8, "too many ports");
          for (ServerReport.Port port : r.ports()) {
            checkPort(port);
          }
          return start.equals(r.start())
              ? new Parsed.Valid<>(r)
              : new Parsed.Stale<>("start " + printable(r.start()));
        });
  }

  private interface Judge<T> {
    Parsed<T> judge(T report) throws Broken;
  }

  private static final class Broken extends Exception {
    Broken(String problem) {
      super(problem);
    }
  }

  private static <T> Parsed<T> parse(String message, Class<T> type, Judge<T> judge) {
    if (message == null || message.isEmpty()) {
      return new Parsed.Malformed<>("no message");
    }
    if (message.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return new Parsed.Malformed<>("longer than " + MAX_BYTES + " bytes");
    }
    try {
      return judge.judge(MAPPER.readValue(message, type));
    } catch (JsonProcessingException e) {
      return endsTooSoon(e, message)
          ? new Parsed.Truncated<>()
          : new Parsed.Malformed<>("not a report: " + printable(e.getOriginalMessage()));
    } catch (Broken e) {
      return new Parsed.Malformed<>(e.getMessage());
    }
  }

  /** Whether reading came to the end of the message and wanted more. */
  private static boolean endsTooSoon(Throwable e, String message) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof StreamReadException read) {
        return read.getLocation().getCharOffset() >= message.length();
      }
    }
    return false;
  }

  private static void checkProcess(ServerReport.ServerProcess process, int processes)
      throws Broken {
    check(process != null && processes > 0, "no process");
    check(process.pid() > 0 && process.uid() >= 0, "a process out of range");
    checkText(process.comm());
    check(process.comm().length() <= MAX_COMM, "a process name that is too long");
  }

  private static void checkPort(ServerReport.Port port) throws Broken {
    check(port.port() > 0 && port.port() <= 65_535, "a port out of range");
    check(port.connections() >= 0, "a negative number of connections");
    ServerReport.KeepaliveTimer timer = port.keepalive();
    if (timer != null) {
      check(timer.evidence() != null, "a keepalive timer without evidence");
      check(
          !timer.running() || timer.idleSeconds() == null || timer.idleSeconds() >= 0,
          "a keepalive timer out of range");
    }
  }

  private static void checkLimit(OpenFilesLimit limit) throws Broken {
    check(
        limit != null && limit.soft() >= 0 && limit.hard() >= limit.soft(),
        "a limit of open files out of range");
  }

  private static void checkValues(List<String> values) throws Broken {
    for (String value : values) {
      check(value == null || NUMBERS.matcher(value).matches(), "a value that is no number");
    }
  }

  private static void checkText(String text) throws Broken {
    check(text != null && text.equals(printable(text)), "a control character");
  }

  private static void check(boolean holds, String problem) throws Broken {
    if (!holds) {
      throw new Broken(problem);
    }
  }

  private static String printable(String text) {
    return Objects.requireNonNullElse(text, "").replaceAll("\\p{Cntrl}", "?");
  }
}
