package dev.wstuning.operator.pod.observation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The open files limit that AnyCable-Go logs when it boots, as in
 *
 * <pre>2024-10-09 11:00:01.402 INF Starting AnyCable 1.5.3 (pid: 1, open file limit: 524287, ...)
 * </pre>
 *
 * <p>It is the server's own word: a corroboration of what was measured, never a measurement. Since
 * 0.6.3 the line has the limit; 1.4 and older write it with apex/log, 1.5 and newer with slog.
 *
 * @param limit its soft limit; empty if the server reports that it does not know
 */
public record AnyCableBootLine(OptionalLong limit) {

  /** The line is among the first that a server writes; the rest of a log is not looked at. */
  public static final int MAX_BYTES = 65_536;

  private static final String PHRASE = "open file limit: ";

  private static final String UNKNOWN = "unknown";

  /** No kernel admits a larger limit: sysctl_nr_open_max in fs/file.c. */
  private static final long LARGEST = 2_147_483_584L;

  /** The escape sequences that change a terminal's colours. */
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]{0,16}m");

  /**
   * What stands before the message of a line of level "info", without colours: of slog and tint, or
   * of apex/log. Nothing in it can match in two ways, so that no line takes long.
   */
  private static final Pattern PREFIX =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INF "
              + "|(?: {0,2}INFO|I) \\d{4}-\\d\\d-\\d\\dT\\S{1,24} (?:\\w{1,32}=\\S{1,64} ){0,8}");

  private static final Pattern START = Pattern.compile("Starting (?:embedded )?AnyCable \\S");

  private static final Pattern VALUE = Pattern.compile("(unknown|\\d{1,10})[,)]");

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /**
   * Of the first line with which AnyCable starts; later ones may be what a client sent. Empty if
   * that line is hidden or absent, or has no limit.
   */
  public static Optional<AnyCableBootLine> in(String log) {
    return beginning(log)
        .lines()
        .flatMap(AnyCableBootLine::message)
        .filter(message -> START.matcher(message).lookingAt())
        .findFirst()
        .flatMap(AnyCableBootLine::of);
  }

  private static String beginning(String log) {
    return log.length() > MAX_BYTES ? log.substring(0, MAX_BYTES) : log;
  }

  private static Optional<AnyCableBootLine> of(String message) {
    int phrase = message.indexOf(PHRASE);
    if (phrase < 0) {
      return Optional.empty();
    }
    Matcher value = VALUE.matcher(message).region(phrase + PHRASE.length(), message.length());
    if (!value.lookingAt()) {
      return Optional.empty();
    }
    if (value.group(1).equals(UNKNOWN)) {
      return Optional.of(new AnyCableBootLine(OptionalLong.empty()));
    }
    long limit = Long.parseLong(value.group(1));
    return limit > LARGEST
        ? Optional.empty()
        : Optional.of(new AnyCableBootLine(OptionalLong.of(limit)));
  }

  /** The message of a line of level "info"; empty for other levels. */
  private static Stream<String> message(String line) {
    if (line.startsWith("{")) {
      return json(line);
    }
    String plain = COLOUR.matcher(line).replaceAll("");
    Matcher prefix = PREFIX.matcher(plain);
    return prefix.lookingAt() ? Stream.of(plain.substring(prefix.end())) : Stream.empty();
  }

  private static Stream<String> json(String line) {
    try {
      JsonNode entry = MAPPER.readTree(line);
      return entry.path("level").asText().equalsIgnoreCase("info")
          ? Stream.of("msg", "message")
              .map(entry::path)
              .filter(JsonNode::isTextual)
              .map(JsonNode::asText)
          : Stream.empty();
    } catch (JsonProcessingException e) {
      return Stream.empty(); // a line that happens to begin like one, or that was cut
    }
  }
}
