package dev.wstuning.e2e.constellation;

import java.util.List;
import java.util.stream.IntStream;

/** On which ports a server listens, in the words of layout.py, and which its container declares. */
enum Ports {
  ONE("8080", List.of("8080"), List.of(8080)),
  UNDECLARED("8080, not declared", List.of("8080")),
  METRICS_FIRST(
      "9090 at once, 8080 with 3600 s of its own 20 s later; 8080 is declared",
      List.of("9090", "8080@20=3600"),
      List.of(8080)),
  DISAGREEING(
      "8080, and 9000 with 3600 s of its own; both are declared",
      List.of("8080", "9000=3600"),
      List.of(8080, 9000)),
  MANY("ten, none is declared", IntStream.range(8080, 8090).mapToObj(String::valueOf).toList());

  /** How many connections to each port are enough to reach every worker. */
  private static final int CONNECTIONS = 30;

  final String title;
  final List<String> arguments;
  final List<Integer> declared;

  Ports(String title, List<String> arguments) {
    this(title, arguments, List.of());
  }

  Ports(String title, List<String> arguments, List<Integer> declared) {
    this.title = title;
    this.arguments = arguments;
    this.declared = declared;
  }

  /** The port that opens first, which a readiness probe of the pod connects to. */
  int first() {
    return number(arguments.get(0));
  }

  List<Integer> all() {
    return arguments.stream().map(Ports::number).toList();
  }

  /** Those by which a server is judged. */
  List<Integer> judged() {
    return declared.isEmpty() ? all() : declared;
  }

  int connectionsToEach() {
    return CONNECTIONS / arguments.size();
  }

  private static int number(String argument) {
    return Integer.parseInt(argument.split("[@=]")[0]);
  }
}
