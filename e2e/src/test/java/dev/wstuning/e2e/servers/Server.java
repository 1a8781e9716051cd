package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.Protocol;
import dev.wstuning.e2e.support.Servers;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of the matrix: a server of e2e/servers in one of its configurations.
 *
 * @param app the name of its Deployment, Service and tuning
 * @param title what the table calls it
 * @param own what it sets by itself: off, on (SO_KEEPALIVE without values), or time/interval/probes
 * @param manifest the server of e2e/servers that it is
 * @param standard the text of the manifest that is another in this configuration
 * @param configured that text
 * @param version the place of the version in its log
 */
record Server(
    String app,
    String title,
    String own,
    String manifest,
    String standard,
    String configured,
    Protocol protocol,
    Pattern version) {

  private static final int KERNEL_DEFAULT_SECONDS = 7200;
  private static final String LOOSE = "3600/75/9";

  static final List<Server> ALL =
      List.of(
          of("go", "Go, `net.Listen`", "15/15/9").keepalive("default"),
          of("go", "Go, keepalive off", "off").named("go-off").keepalive("off"),
          of("go", "Go, `SO_KEEPALIVE` alone", "on").named("go-on").keepalive("on"),
          of("go", "Go, looser values", LOOSE).named("go-loose").keepalive(LOOSE),
          of("tini", "Go below tini", "15/15/9"),
          of("node", "Node.js, ws", "off").keepalive("default"),
          of("python", "Python, websockets", "off").keepalive("default"),
          of("jetty", "Java, Jetty", "off"),
          of("nginx", "nginx as proxy", "off").version("nginx/(\\S+)"),
          of("nginx", "nginx, `so_keepalive`", LOOSE)
              .named("nginx-loose")
              .with("listen 8080;", "listen 8080 so_keepalive=3600:75:9;")
              .version("nginx/(\\S+)"),
          of("rabbitmq", "RabbitMQ web-stomp (Cowboy, BEAM)", "off")
              .version("Starting RabbitMQ (\\S+)")
              .speaking(Protocol.STOMP),
          of("puma", "Ruby, Action Cable on Puma", "off")
              .version("Puma version: (\\S+)")
              .speaking(Protocol.ACTION_CABLE),
          of("crystal", "Crystal, `HTTP::Server`", "off"));

  private static Server of(String manifest, String title, String own) {
    return new Server(
        "server-" + manifest,
        title,
        own,
        "server-" + manifest,
        "",
        "",
        Protocol.ECHO,
        Pattern.compile("version=(?:go)?(\\S+)"));
  }

  private Server named(String name) {
    return new Server(
        "server-" + name, title, own, manifest, standard, configured, protocol, version);
  }

  private Server keepalive(String mode) {
    return with("value: \"on\"", "value: \"%s\"".formatted(mode));
  }

  private Server with(String standard, String configured) {
    return new Server(app, title, own, manifest, standard, configured, protocol, version);
  }

  private Server version(String pattern) {
    return new Server(
        app, title, own, manifest, standard, configured, protocol, Pattern.compile(pattern));
  }

  private Server speaking(Protocol spoken) {
    return new Server(app, title, own, manifest, standard, configured, spoken, version);
  }

  /** Seconds after which it sends the first probe when it is not tuned; empty for never. */
  OptionalInt ownFirstProbe() {
    return switch (own) {
      case "off" -> OptionalInt.empty();
      case "on" -> OptionalInt.of(KERNEL_DEFAULT_SECONDS);
      default -> OptionalInt.of(Integer.parseInt(own.split("/")[0]));
    };
  }

  /** Its manifest, in this configuration. */
  String configure(String yaml) {
    if (!yaml.contains(standard)) {
      throw new AssertionError("%s does not contain %s".formatted(manifest, standard));
    }
    return standard.isEmpty() ? yaml : yaml.replace(standard, configured);
  }

  /** Its manifest with the command of its image. */
  String stateCommand(String yaml) {
    String command =
        switch (manifest) {
          case "server-go" -> "[/server-go]";
          case "server-node" -> "[/usr/bin/node, /app/server.js]";
          case "server-python" -> "[/usr/bin/python3, /app/server.py]";
          default -> throw new AssertionError("what is the command of " + manifest + "?");
        };
    String container = "      - name: %s\n".formatted(Servers.CONTAINER);
    return yaml.replace(container, container + "        command: %s\n".formatted(command));
  }

  /** The version in its log. */
  String versionIn(String log) {
    Matcher told = version.matcher(log);
    if (!told.find()) {
      throw new AssertionError("%s tells no version:%n%s".formatted(app, log));
    }
    return told.group(1);
  }

  @Override
  public String toString() {
    return title;
  }
}
