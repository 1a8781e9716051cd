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
 * @param startsAsRoot whether it starts as root and drops its user where the namespace lets it
 */
record Server(
    String app,
    String title,
    String own,
    String manifest,
    String standard,
    String configured,
    Protocol protocol,
    Pattern version,
    boolean startsAsRoot) {

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
          of("nginx", "nginx, `worker_rlimit_nofile`", "off")
              .named("nginx-limit")
              .with("worker_processes 1;", "worker_processes 2;\n    worker_rlimit_nofile 15000;")
              .version("nginx/(\\S+)"),
          of("haproxy", "HAProxy, master and worker, drops its user", "off")
              .startingAsRoot()
              .version("haproxy version is (\\S+)"),
          of("apache", "Apache httpd, `mod_proxy_wstunnel`", "on").version("Apache/(\\S+)"),
          of("rabbitmq", "RabbitMQ web-stomp (Cowboy, BEAM)", "off")
              .version("Starting RabbitMQ (\\S+)")
              .speaking(Protocol.STOMP),
          of("puma", "Ruby, Action Cable on Puma", "off")
              .version("Puma version: (\\S+)")
              .speaking(Protocol.ACTION_CABLE),
          of("puma", "Ruby, Puma in cluster mode", "off")
              .named("puma-cluster")
              .with("Policy: IfNotPresent\n", "Policy: IfNotPresent\n        args: [-w, \"2\"]\n")
              .version("Puma version: (\\S+)")
              .speaking(Protocol.ACTION_CABLE),
          of("uwsgi", "Python, uWSGI with two workers", "off").version("Starting uWSGI (\\S+)"),
          of("gunicorn", "Python, gunicorn with two uvicorn workers", "off")
              .version("Starting gunicorn (\\S+)"),
          of("supervisor", "Python, websockets below supervisord", "off"),
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
        Pattern.compile("version=(?:go)?(\\S+)"),
        false);
  }

  private Server named(String name) {
    return new Server(
        "server-" + name,
        title,
        own,
        manifest,
        standard,
        configured,
        protocol,
        version,
        startsAsRoot);
  }

  private Server keepalive(String mode) {
    return with("value: \"on\"", "value: \"%s\"".formatted(mode));
  }

  private Server with(String standard, String configured) {
    return new Server(
        app, title, own, manifest, standard, configured, protocol, version, startsAsRoot);
  }

  private Server version(String pattern) {
    return new Server(
        app,
        title,
        own,
        manifest,
        standard,
        configured,
        protocol,
        Pattern.compile(pattern),
        startsAsRoot);
  }

  private Server startingAsRoot() {
    return new Server(app, title, own, manifest, standard, configured, protocol, version, true);
  }

  /** Pod Security keeps root out of restricted namespaces: there it has the pod's user. */
  boolean isRootIn(Way way) {
    return startsAsRoot && !way.restricted;
  }

  private Server speaking(Protocol spoken) {
    return new Server(
        app, title, own, manifest, standard, configured, spoken, version, startsAsRoot);
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
  String configure(String yaml, Way way) {
    return isRootIn(way) ? asRoot(configure(yaml)) : configure(yaml);
  }

  /** The first container is the server's. */
  private static String asRoot(String yaml) {
    return yaml.replaceFirst(
            " {8}securityContext:\n",
            """
                    securityContext:
                      runAsNonRoot: false
                      runAsUser: 0
                      runAsGroup: 0
            """)
        .replaceFirst("drop: \\[ALL]\n", "drop: [ALL]\n            add: [SETGID, SETUID]\n");
  }

  private String configure(String yaml) {
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
