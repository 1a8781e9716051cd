package dev.wstuning.e2e.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The API server's own record of who wrote what. */
public final class AuditLog {

  private static final Path FILE = Path.of("/var/tmp/wstuning/node/logs/audit.log");
  private static final ObjectMapper JSON = new ObjectMapper();

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
  public record Write(String user, String verb, String uri, int code) {}

  /** The writes since then of users whose name starts so. */
  public List<Write> writesOf(String user) {
    List<Write> writes = new ArrayList<>();
    try {
      byte[] all = Files.readAllBytes(FILE);
      String text = new String(all, (int) start, all.length - (int) start, StandardCharsets.UTF_8);
      for (String line : text.split("\n")) {
        if (line.isBlank()) {
          continue;
        }
        JsonNode event = JSON.readTree(line);
        String who = event.at("/user/username").asText();
        if (who.startsWith(user)) {
          writes.add(
              new Write(
                  who,
                  event.get("verb").asText(),
                  event.get("requestURI").asText(),
                  event.at("/responseStatus/code").asInt()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("read the node's audit log", e);
    }
    return writes;
  }
}
