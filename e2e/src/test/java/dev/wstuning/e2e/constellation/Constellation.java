package dev.wstuning.e2e.constellation;

import static dev.wstuning.e2e.constellation.Expected.LEFT_ALONE;
import static dev.wstuning.e2e.constellation.Expected.PORT_UNKNOWN;
import static dev.wstuning.e2e.constellation.Expected.RIGHT;
import static dev.wstuning.e2e.constellation.Expected.RIGHT_OR_PORTS_LEFT_OUT;
import static dev.wstuning.e2e.constellation.Expected.RIGHT_OR_PORTS_UNKNOWN;
import static dev.wstuning.e2e.constellation.Expected.RIGHT_OR_PROCESS_UNKNOWN;
import static dev.wstuning.e2e.constellation.Layout.DROPPING;
import static dev.wstuning.e2e.constellation.Layout.MASTER;
import static dev.wstuning.e2e.constellation.Layout.SHARED;
import static dev.wstuning.e2e.constellation.Layout.SUPERVISOR;
import static dev.wstuning.e2e.constellation.Ports.DISAGREEING;
import static dev.wstuning.e2e.constellation.Ports.MANY;
import static dev.wstuning.e2e.constellation.Ports.METRICS_FIRST;
import static dev.wstuning.e2e.constellation.Ports.UNDECLARED;
import static dev.wstuning.e2e.constellation.Sidecar.LISTENING;
import static dev.wstuning.e2e.constellation.Sidecar.NONE;
import static dev.wstuning.e2e.constellation.Sidecar.SHARING_PROCESSES;
import static dev.wstuning.e2e.constellation.Startup.AT_ONCE;
import static dev.wstuning.e2e.constellation.Startup.DEFERRED;
import static dev.wstuning.e2e.constellation.Startup.LATE;
import static dev.wstuning.e2e.constellation.User.CONTAINER;
import static dev.wstuning.e2e.constellation.User.EACH;
import static dev.wstuning.e2e.constellation.User.POD;
import static dev.wstuning.e2e.constellation.User.ROOT;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A pod: one value of each dimension.
 *
 * @param app its name, its label and its tuning
 */
record Constellation(
    String app,
    Layout layout,
    User user,
    Ports ports,
    Sidecar sidecar,
    Startup startup,
    Expected expected) {

  static final List<Constellation> ALL =
      numbered(
          of(Layout.ONE, POD, Ports.ONE, NONE, AT_ONCE, RIGHT),
          of(Layout.ONE, CONTAINER, Ports.ONE, LISTENING, AT_ONCE, RIGHT),
          of(Layout.ONE, POD, Ports.ONE, LISTENING, AT_ONCE, RIGHT),
          of(Layout.ONE, EACH, Ports.ONE, LISTENING, AT_ONCE, RIGHT),
          of(Layout.ONE, ROOT, Ports.ONE, NONE, AT_ONCE, RIGHT),
          of(Layout.ONE, ROOT, Ports.ONE, LISTENING, AT_ONCE, RIGHT),
          of(Layout.ONE, ROOT, UNDECLARED, LISTENING, AT_ONCE, RIGHT_OR_PORTS_UNKNOWN),
          of(Layout.ONE, POD, UNDECLARED, LISTENING, AT_ONCE, RIGHT),
          of(Layout.ONE, POD, METRICS_FIRST, NONE, AT_ONCE, RIGHT),
          of(Layout.ONE, POD, DISAGREEING, NONE, AT_ONCE, PORT_UNKNOWN),
          of(Layout.ONE, POD, MANY, NONE, AT_ONCE, RIGHT_OR_PORTS_LEFT_OUT),
          of(Layout.ONE, POD, Ports.ONE, NONE, LATE, RIGHT),
          of(Layout.ONE, POD, Ports.ONE, NONE, DEFERRED, RIGHT),
          of(Layout.ONE, POD, Ports.ONE, SHARING_PROCESSES, AT_ONCE, LEFT_ALONE),
          of(SUPERVISOR, POD, Ports.ONE, NONE, AT_ONCE, RIGHT),
          of(SUPERVISOR, POD, Ports.ONE, LISTENING, LATE, RIGHT),
          of(SUPERVISOR, CONTAINER, METRICS_FIRST, NONE, AT_ONCE, RIGHT),
          of(SUPERVISOR, ROOT, Ports.ONE, NONE, AT_ONCE, RIGHT_OR_PROCESS_UNKNOWN),
          of(MASTER, POD, Ports.ONE, NONE, AT_ONCE, RIGHT),
          of(MASTER, EACH, Ports.ONE, LISTENING, DEFERRED, RIGHT),
          of(MASTER, CONTAINER, DISAGREEING, NONE, LATE, PORT_UNKNOWN),
          of(MASTER, POD, METRICS_FIRST, LISTENING, AT_ONCE, RIGHT),
          of(MASTER, ROOT, Ports.ONE, NONE, AT_ONCE, RIGHT_OR_PROCESS_UNKNOWN),
          of(SHARED, POD, Ports.ONE, NONE, AT_ONCE, RIGHT),
          of(SHARED, EACH, Ports.ONE, LISTENING, AT_ONCE, RIGHT),
          of(DROPPING, ROOT, Ports.ONE, NONE, AT_ONCE, RIGHT),
          of(DROPPING, ROOT, Ports.ONE, LISTENING, AT_ONCE, RIGHT),
          of(DROPPING, ROOT, Ports.ONE, NONE, DEFERRED, RIGHT));

  private static Constellation of(
      Layout layout, User user, Ports ports, Sidecar sidecar, Startup startup, Expected expected) {
    return new Constellation("", layout, user, ports, sidecar, startup, expected);
  }

  private static List<Constellation> numbered(Constellation... all) {
    return IntStream.range(0, all.length).mapToObj(i -> all[i].numbered(i + 1)).toList();
  }

  private Constellation numbered(int number) {
    String app = "%s-%02d".formatted(layout.argument(), number);
    return new Constellation(app, layout, user, ports, sidecar, startup, expected);
  }

  /** Every server has the wanted limit, and no process that only waits for one has it. */
  String tuning() {
    return """
        selector: {matchLabels: {app: %s}}
        container: server
        keepalive: {timeSeconds: 40, intervalSeconds: 10, probes: 5}
        openFiles: {minimum: 2000}
        """
        .formatted(app);
  }

  @Override
  public String toString() {
    return String.join("; ", layout.title, user.title, ports.title, sidecar.title, startup.title);
  }
}
