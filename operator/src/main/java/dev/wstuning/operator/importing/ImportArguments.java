package dev.wstuning.operator.importing;

import dev.wstuning.operator.api.v1alpha1.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is written on the command line.
 *
 * @param files {@code -} is standard input
 * @param kind of all files; empty if each shows it
 * @param selector the labels of the server's pods
 * @param selectorGiven whether the user wrote it
 */
public record ImportArguments(
    List<String> files,
    Optional<FileKind> kind,
    String name,
    Optional<String> namespace,
    Map<String, String> selector,
    boolean selectorGiven) {

  public static final String USAGE =
      """
      usage: import [--kind KIND] [--name NAME] [--namespace NAMESPACE] [--selector KEY=VALUE]... FILE...

      Reads files that tune a machine, and writes the WebSocketTuning and the WebSocketNodeTuning that
      do the same on Kubernetes. Comments name each line that was left out or changed, with the reason.

        FILE                   sysctl.conf, a file of sysctl.d, limits.conf, a unit of systemd or
                               system.conf; - is standard input. If a key is set twice, the last one
                               counts, so write the files in the order in which they are loaded.
        --kind KIND            sysctl, limits or unit; by default each file's lines decide
        --name NAME            of both resources (default: websocket-server)
        --namespace NAMESPACE  of the WebSocketTuning (default: that of kubectl)
        --selector KEY=VALUE   a label of the server's pods (default: app=NAME)
        --help                 shows this text

      Exit code: 0 if every line was taken, 1 if some were left out, 2 if nothing was written.
      """;

  private static final String DEFAULT_NAME = "websocket-server";
  private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final int MOST_LABELS = 16;
  private static final int LONGEST_VALUE = 63;
  private static final int LONGEST_PREFIX = 253;

  /** Collects the arguments one by one. */
  private static final class Parser {
    private final List<String> files = new ArrayList<>();
    private final Map<String, String> selector = new LinkedHashMap<>();
    private FileKind kind;
    private String name = DEFAULT_NAME;
    private String namespace;

    private void option(String option, String value) {
      switch (option) {
        case "--kind" ->
            kind =
                FileKind.ofLabel(value)
                    .orElseThrow(
                        () -> wrong("--kind is sysctl, limits or unit, not \"%s\"", value));
        case "--name" -> name = dnsLabel(option, value);
        case "--namespace" -> namespace = dnsLabel(option, value);
        case "--selector" -> label(value);
        default -> throw wrong("there is no option %s: see import --help", option);
      }
    }

    private void label(String text) {
      int equals = text.indexOf('=');
      String key = text.substring(0, Math.max(0, equals));
      String value = text.substring(equals + 1);
      if (!key.matches(Selector.KEY_PATTERN)
          || key.indexOf('/') > LONGEST_PREFIX
          || !value.matches(Selector.VALUE_PATTERN)
          || value.length() > LONGEST_VALUE) {
        throw wrong("--selector takes one label, not \"%s\": write for example app=chat", text);
      }
      selector.put(key, value);
      if (selector.size() > MOST_LABELS) {
        throw wrong("a selector has at most %s labels", "" + MOST_LABELS);
      }
    }

    private ImportArguments arguments() {
      if (files.isEmpty()) {
        throw wrong(
            "no file is named: write for example /etc/sysctl.conf, or - for standard input");
      }
      return new ImportArguments(
          List.copyOf(files),
          Optional.ofNullable(kind),
          name,
          Optional.ofNullable(namespace),
          selector.isEmpty() ? Map.of("app", name) : selector,
          !selector.isEmpty());
    }
  }

  /**
   * @throws IllegalArgumentException with what to write instead
   */
  public static ImportArguments of(List<String> arguments) {
    Parser parser = new Parser();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--")) {
        file(argument, parser.files::add);
      } else if (equals > 0) {
        parser.option(argument.substring(0, equals), argument.substring(equals + 1));
      } else if (rest.hasNext()) {
        parser.option(argument, rest.next());
      } else {
        throw wrong("%s needs a value: see import --help", argument);
      }
    }
    return parser.arguments();
  }

  private static void file(String argument, Consumer<String> files) {
    if (argument.startsWith("-") && argument.length() > 1) {
      throw wrong("there is no option %s: see import --help", argument);
    }
    files.accept(argument);
  }

  private static String dnsLabel(String option, String value) {
    if (!value.matches(DNS_LABEL)) {
      throw wrong(
          option + " takes small letters, digits and hyphens, not \"%s\": write for example chat",
          value);
    }
    return value;
  }

  private static IllegalArgumentException wrong(String format, String value) {
    return new IllegalArgumentException(format.formatted(value));
  }

  private static IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(message);
  }
}
