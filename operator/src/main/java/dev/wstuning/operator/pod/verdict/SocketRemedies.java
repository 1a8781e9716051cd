package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import java.util.Optional;

/** Explains why sockets lack the wanted options, and what to change. */
final class SocketRemedies {

  private static final String PROGRAMS_REFUSED = "; the socket programs were refused: ";
  private static final String LIBRARY_FAILED = "; the library could not be put in place: ";

  private SocketRemedies() {}

  /** Why the operator did not set the options, as the end of a sentence; nothing if it could. */
  static String because(Inspection pod) {
    PodFacts facts = pod.pod().facts();
    return refused(pod)
        .map(byLibrary(facts) ? LIBRARY_FAILED::concat : PROGRAMS_REFUSED::concat)
        .or(() -> facts.noPreload().map("; the preload library was left out: "::concat))
        .orElse("");
  }

  private static boolean byLibrary(PodFacts facts) {
    return facts.tuner().flatMap(InjectedTuner::command).filter(TunerCommand::library).isPresent();
  }

  private static Optional<String> refused(Inspection pod) {
    return pod.pod().boot().problems().sockets();
  }

  /**
   * @param port the port whose connections lack something
   * @param inTheServer what its developers can do
   */
  static Remedy forSockets(
      Expectation expectation, Inspection pod, ServedPort port, String inTheServer) {
    if (expectation.observeOnly()) {
      return new Remedy.Advice("set spec.mode to Tune, or " + inTheServer);
    }
    return pod.pod().coverage() == Coverage.CURRENT
        ? new Remedy.Advice(forCurrent(expectation, pod, port, inTheServer))
        : new Remedy.RestartPod();
  }

  private static String forCurrent(
      Expectation expectation, Inspection pod, ServedPort port, String inTheServer) {
    Optional<SocketMechanism> sockets = expectation.plan().sockets();
    if (sockets.isEmpty()) {
      return inTheServer
          + (expectation.insistsOnPrivilege() ? "" : ", or add Preload to spec.methods.sockets")
          + ", or "
          + (expectation.insistsOnPrivilege() || Privilege.capped(expectation)
              ? Privilege.admission(expectation)
              : "let the pods be privileged (spec.methods.privilege, and the namespace's label"
                  + " pod-security.kubernetes.io/enforce)");
    }
    boolean reached = expectation.plan().byPrograms() || port.report().preloaded();
    boolean overrides = sockets.get().options().override();
    if (!reached) {
      return inTheServer
          + (pod.pod().facts().noPreload().isPresent() || refused(pod).isPresent()
              ? ", or remove what keeps the library out"
              : " (a statically linked server ignores the library)")
          + ", or let the pods be privileged";
    }
    if (refused(pod).isPresent()) {
      return inTheServer
          + ", or run the pods on nodes whose kernel supports eBPF programs on cgroups (see the"
          + " condition Applied)";
    }
    return overrides ? inTheServer : "set spec.applicationKeepalive to Override, or " + inTheServer;
  }
}
