package dev.wstuning.e2e.constellation;

import java.util.List;

/** When a server can be looked at. */
enum Startup {
  AT_ONCE("at once", List.of()),
  LATE("after 30 s, no readiness probe", List.of("--after", "30")),
  DEFERRED("at once, `TCP_DEFER_ACCEPT`", List.of("--deferred"));

  final String title;
  final List<String> arguments;

  Startup(String title, List<String> arguments) {
    this.title = title;
    this.arguments = arguments;
  }

  boolean hasReadinessProbe() {
    return this != LATE;
  }
}
