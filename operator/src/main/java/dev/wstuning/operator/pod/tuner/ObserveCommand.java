package dev.wstuning.operator.pod.tuner;

import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a tuning wants to know of a server.
 *
 * @param ports the ports to look at; empty for all
 * @param probe whether connections may be opened
 * @param wanted the sysctls that the tuning wants
 * @param request what a user wrote to have pods observed again; empty if nothing
 */
public record ObserveCommand(
    List<Integer> ports, boolean probe, Set<Sysctl> wanted, String request) {

  /** An observer gets no more ports than a report has room for. */
  public static final int MOST_PORTS = 8;

  /** The same about all ports. */
  public ObserveCommand ofAllPorts() {
    return new ObserveCommand(List.of(), probe, wanted, request);
  }

  /** Whether the report of an observer shows all that is wanted, regardless of who sent it. */
  public boolean isAnsweredBy(SentCommand sent) {
    return (sent.probe() || !probe) && sent.looksAt(ports) && sent.reads(wanted);
  }

  /** What an observer is given for it. */
  public SentCommand sent() {
    return new SentCommand(SentCommand.joined(ports), probe, SentCommand.ALL_KEYS);
  }

  /**
   * @param start names the start of the server; the report repeats it
   * @param declared the ports that its container declares; they matter if the tuning names none
   * @param alone whether no other container of the pod can listen
   * @param wait how long the server has until it listens
   */
  public List<String> arguments(
      String start, List<Integer> declared, boolean alone, Duration wait) {
    List<String> arguments = new ArrayList<>(List.of("observe", "--start=" + start));
    if (ports.isEmpty() && !declared.isEmpty()) {
      arguments.add("--declared=" + SentCommand.joined(declared));
    }
    arguments.addAll(sent().arguments());
    if (alone) {
      arguments.add("--alone");
    }
    arguments.add("--wait=" + wait.toSeconds() + "s");
    return arguments;
  }
}
