package dev.wstuning.operator.pod.tuner;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a report must keep to apart from its types: ranges, lengths, and text that can be printed.
 */
final class ReportRules {

  /** TASK_COMM_LEN of the kernel, without the zero at its end. */
  private static final int MAX_COMM = 15;

  private static final int MAX_PORTS = 8;

  /** Those of TCP_KEEPIDLE and TCP_KEEPINTVL. */
  private static final int MAX_SECONDS = 32_767;

  private static final int MAX_PROBES = 127;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private static final Pattern NUMBERS = Pattern.compile("-?\\d{1,10}( -?\\d{1,10}){0,2}");

  private ReportRules() {}

  /** Names the rule that a report breaks. */
  static final class Broken extends Exception {
    Broken(String problem) {
      super(problem);
    }
  }

  static void check(BootReport r, int settings) throws Broken {
    check(r.v() == 1 && "boot".equals(r.kind()), "not a boot report of version 1");
    check(r.values() != null && r.values().size() == settings, "values do not fit the plan");
    checkValues(r.values());
    checkLimit(r.nofile());
    if (r.sockets() != null) {
      check(r.sockets().by() != null, "sockets set by nothing");
      checkOutcome(r.sockets().done(), r.sockets().error());
    }
    if (r.openFiles() != null) {
      check(r.openFiles().by() != null, "open files set by nothing");
      checkOutcome(r.openFiles().done(), r.openFiles().error());
    }
    if (r.awaits()) {
      boolean idle = r.sockets() == null && r.openFiles() == null && r.errors().isEmpty();
      check(
          idle && r.values().stream().allMatch(Objects::isNull),
          "it waits for the node's agent, and did something");
    }
    for (BootReport.Failure f : r.errors()) {
      check(f.at() >= 0 && f.at() < settings, "an error about no setting");
      checkText(f.message());
    }
  }

  private static void checkOutcome(boolean done, String error) throws Broken {
    check(done == (error == null), "done with an error, or not done without");
    checkText(Objects.requireNonNullElse(error, ""));
  }

  static void check(ServerReport r, int keys) throws Broken {
    check(r.v() == 1 && "server".equals(r.kind()), "not a server report of version 1");
    check(r.values() != null && r.values().size() == keys, "values do not fit the question");
    checkValues(r.values());
    checkUnread(r.unread(), r.values());
    checkProcess(r.process(), r.processes());
    checkLimit(r.nofile());
    checkDoubt(r);
    if (r.accepted() != null) {
      checkAccepted(r.accepted());
    }
    for (String error : r.errors()) {
      checkText(error);
    }
    check(
        r.ports().size() <= MAX_PORTS && isCount(r.portsLeftOut()) && isCount(r.portsUnclear()),
        "too many ports");
    checkText(Objects.requireNonNullElse(r.noSockets(), ""));
    check(r.noSockets() == null || r.ports().isEmpty(), "ports without sockets");
    for (ServerReport.Port port : r.ports()) {
      checkPort(port);
    }
  }

  /** Whether a machine has that many ports. */
  private static boolean isCount(Integer ports) {
    return ports == null || (ports >= 0 && ports <= 65_535);
  }

  private static void checkDoubt(ServerReport r) throws Broken {
    long soft = r.nofile().soft();
    check(r.softTotal() == null || r.softTotal() >= soft, "a sum below its part");
    ServerReport.Doubt doubt = r.doubt();
    check(
        doubt == null
            || (doubt.candidates() > 1 && doubt.highest() >= soft && doubt.missing() != null),
        "a doubt about nothing");
  }

  private static void checkUnread(List<Integer> unread, List<String> values) throws Broken {
    int last = -1;
    for (int at : unread) {
      check(at > last && at < values.size(), "an unread sysctl that was not requested");
      check(values.get(at) == null, "an unread sysctl with a value");
      last = at;
    }
  }

  private static void checkAccepted(ServerReport.Accepted a) throws Broken {
    // Without keepalive these are the sysctls' values, which may be larger and do not matter.
    boolean values =
        !a.keepalive()
            || (within(a.time(), MAX_SECONDS)
                && within(a.interval(), MAX_SECONDS)
                && within(a.probes(), MAX_PROBES));
    check(
        values && a.time() >= 0 && a.interval() >= 0 && a.probes() >= 0 && a.userTimeout() >= 0,
        "an accepted socket out of range");
  }

  private static boolean within(int value, int max) {
    return value > 0 && value <= max;
  }

  private static void checkProcess(ServerReport.ServerProcess process, int processes)
      throws Broken {
    check(process != null && processes > 0, "no process");
    check(process.pid() > 0 && process.uid() >= 0, "a process out of range");
    checkText(process.comm());
    check(process.comm().length() <= MAX_COMM, "a process name that is too long");
  }

  private static void checkPort(ServerReport.Port port) throws Broken {
    check(port.port() > 0 && port.port() <= 65_535, "a port out of range");
    check(port.connections() >= 0, "a negative number of connections");
    check(port.remotes() == null || port.remotes() >= 0, "a negative number of remotes");
    check(!port.listening() || !port.anothers(), "a port of two containers");
    checkText(Objects.requireNonNullElse(port.problem(), ""));
    ServerReport.KeepaliveTimer timer = port.keepalive();
    if (timer != null) {
      check(
          timer.evidence() != null && timer.evidence() != ServerReport.Evidence.Kernel,
          "a keepalive timer without evidence");
      check(
          !timer.running() || timer.idleSeconds() == null || timer.idleSeconds() >= 0,
          "a keepalive timer out of range");
      int off = Objects.requireNonNullElse(timer.off(), 0);
      check(
          off >= 0
              && off <= Objects.requireNonNullElse(timer.looked(), 0)
              && (off == 0 || !timer.running()),
          "a number of keepalive timers out of range");
    }
  }

  private static void checkLimit(OpenFilesLimit limit) throws Broken {
    check(
        limit != null && limit.soft() >= 0 && limit.hard() >= limit.soft(),
        "a limit of open files out of range");
  }

  private static void checkValues(List<String> values) throws Broken {
    for (String value : values) {
      check(
          value == null || isNumber(value) || NUMBERS.matcher(value).matches(),
          "a value that is no number");
    }
  }

  /** Nearly all values are; to see it so is cheaper. */
  private static boolean isNumber(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return !value.isEmpty() && value.length() <= 10;
  }

  private static void checkText(String text) throws Broken {
    check(text != null && text.equals(printable(text)), "a control character");
  }

  private static void check(boolean holds, String problem) throws Broken {
    if (!holds) {
      throw new Broken(problem);
    }
  }

  static String printable(String text) {
    return CONTROL.matcher(Objects.requireNonNullElse(text, "")).replaceAll("?");
  }
}
