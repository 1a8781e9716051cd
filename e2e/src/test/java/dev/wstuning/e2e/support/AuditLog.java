package dev.wstuning.e2e.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The API server's own record of who wrote what, and of what the operator watches. */
public final class AuditLog {

  /** The operator's account. */
  public static final String OPERATOR = "system:serviceaccount:wstuning-system:wstuning-operator";

  private static final Path FILE = Path.of("/var/tmp/wstuning/node/logs/audit.log");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WATCH = "\"verb\":\"watch\"";

  private final long start;

  private AuditLog(long start) {
    this.start = start;
  }

  /** From now on. */
  public static AuditLog fromNow() {
    try {
      return new AuditLog(Files.size(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("the node's audit log", e);
    }
  }

  /** A write request. */
  public record Write(Instant at, String user, String verb, String uri, int code) {}

  /** The writes since then of users whose name starts so. */
  public List<Write> writesOf(String user) {
    try (Stream<JsonNode> events =
        events(l -> l.contains("\"username\":\"" + user) && !l.contains(WATCH))) {
      return events.map(AuditLog::write).filter(w -> w.user().startsWith(user)).toList();
    }
  }

  /** Those of the operator that change something: no renewal of a lease, and no dry run. */
  public List<Write> changesByTheOperator() {
    return writesOf(OPERATOR).stream()
        .filter(w -> !w.uri().contains("/leases/"))
        .filter(w -> !w.uri().contains("dryRun=All"))
        .toList();
  }

  /** How many of the watches that this replica of the operator began since then are open. */
  public int openWatches(String replica) {
    Set<String> open = new HashSet<>();
    try (Stream<JsonNode> events =
        events(l -> l.contains(WATCH) && l.contains("\"" + replica + "\""))) {
      events.forEach(
          event -> {
            String id = event.get("auditID").asText();
            if (event.get("stage").asText().equals("ResponseStarted")) {
              open.add(id);
            } else {
              open.remove(id);
            }
          });
    }
    return open.size();
  }

  private static Write write(JsonNode event) {
    return new Write(
        Instant.parse(event.get("requestReceivedTimestamp").asText()),
        event.at("/user/username").asText(),
        event.get("verb").asText(),
        event.get("requestURI").asText(),
        event.at("/responseStatus/code").asInt());
  }

  /** It has hundreds of megabytes in a big cluster: a line is parsed only if it may matter. */
  private Stream<JsonNode> events(Predicate<String> matters) {
    try {
      InputStream file = Files.newInputStream(FILE);
      file.skipNBytes(start);
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
      // The last line may not be whole yet.
      return lines
          .lines()
          .filter(l -> l.endsWith("}"))
          .filter(matters)
          .map(AuditLog::parse)
          .onClose(() -> close(lines));
    } catch (IOException e) {
      throw new UncheckedIOException("read the node's audit log", e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException("a line of the node's audit log: " + line, e);
    }
  }

  private static void close(BufferedReader lines) {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
