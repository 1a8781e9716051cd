package dev.wstuning.operator.pod.tuner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.nio.charset.StandardCharsets;

/**
 * Reads termination messages. They come from inside pods, so nothing is taken on trust: not the
 * length, not a field's type or range, not a single control character.
 */
public final class ReportParser {

  /** 12 KiB for at most 12 containers; the tuner keeps to it. */
  public static final int MAX_BYTES = 1024;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              // Interned names cost more than they save: reports are small and many.
              JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build())
          // A newer tuner, whose pods outlive a step back of the operator, may report more.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
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

  private static final ObjectReader BOOT = MAPPER.readerFor(BootReport.class);
  private static final ObjectReader SERVER = MAPPER.readerFor(ServerReport.class);

  private ReportParser() {}

  /**
   * @param plan the plan that the init container was given
   * @param settings how many settings it was given
   */
  public static ParseResult<BootReport> boot(String message, String plan, int settings) {
    return parse(
        message,
        BOOT,
        r -> {
          ReportRules.check(r, settings);
          return plan.equals(r.plan())
              ? new ParseResult.Valid<>(r)
              : new ParseResult.Stale<>("plan " + ReportRules.printable(r.plan()));
        });
  }

  /**
   * @param start the start of the server container that the observer was sent to
   * @param keys how many sysctls it had to read
   */
  public static ParseResult<ServerReport> server(String message, String start, int keys) {
    return parse(
        message,
        SERVER,
        r -> {
          ReportRules.check(r, keys);
          return start.equals(r.start())
              ? new ParseResult.Valid<>(r)
              : new ParseResult.Stale<>("start " + ReportRules.printable(r.start()));
        });
  }

  /** A text from a report without control characters. */
  public static String printable(String text) {
    return ReportRules.printable(text);
  }

  private interface Judge<T> {
    ParseResult<T> judge(T report) throws ReportRules.Broken;
  }

  private static <T> ParseResult<T> parse(String message, ObjectReader reader, Judge<T> judge) {
    if (message == null || message.isEmpty()) {
      return new ParseResult.Malformed<>("no message");
    }
    if (message.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return new ParseResult.Malformed<>("longer than " + MAX_BYTES + " bytes");
    }
    try {
      return judge.judge(reader.readValue(message));
    } catch (JsonProcessingException e) {
      return endsTooSoon(e, message)
          ? new ParseResult.Truncated<>()
          : new ParseResult.Malformed<>(
              "not a report: " + ReportRules.printable(e.getOriginalMessage()));
    } catch (ReportRules.Broken e) {
      return new ParseResult.Malformed<>(e.getMessage());
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
}
