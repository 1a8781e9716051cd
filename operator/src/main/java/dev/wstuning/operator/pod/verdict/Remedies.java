package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.pod.observation.Desired;
import dev.wstuning.operator.pod.observation.LookedAt;
import dev.wstuning.operator.pod.observation.ObservedPod.Boot;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.plan.SocketTuning;
import java.util.Optional;

/** What helps where sockets do not have what was asked for, and why they do not. */
final class Remedies {

  /** For a pod by itself; where its workload is known there is a command. */
  static final String RESTART = "restart the pod so that it boots with the current settings";

  private static final String PROGRAMS_REFUSED = "; the socket programs were refused: ";
  private static final String LIBRARY_FAILED = "; the library could not be put in place: ";

  private Remedies() {}

  /** Why the operator did not set the options, as the end of a sentence; nothing if it could. */
  static String because(LookedAt pod) {
    PodFacts facts = pod.pod().facts();
    return refused(pod)
        .map(facts.privilegedTuner() ? PROGRAMS_REFUSED::concat : LIBRARY_FAILED::concat)
        .or(() -> facts.noPreload().map("; without the library, for "::concat))
        .orElse("");
  }

  private static Optional<String> refused(LookedAt pod) {
    return pod.pod().boot() instanceof Boot.Refused refused ? refused.sockets() : Optional.empty();
  }

  /**
   * @param port the port whose connections lack something
   * @param inTheServer what its developers can do
   */
  static String forSockets(Desired desired, LookedAt pod, ServedPort port, String inTheServer) {
    if (desired.mode() == Mode.Observe) {
      return "set spec.mode to Tune, or " + inTheServer;
    }
    if (pod.pod().coverage() != Coverage.CURRENT) {
      return RESTART;
    }
    Optional<SocketTuning> sockets = desired.plan().sockets();
    if (sockets.isEmpty()) {
      return inTheServer
          + (desired.insistsOnPrivilege()
              ? ", or let the namespace admit privileged pods (its label"
                  + " pod-security.kubernetes.io/enforce)"
              : ", or set spec.preload to Allowed, or let the pods be privileged (spec.privilege,"
                  + " and the namespace's label pod-security.kubernetes.io/enforce)");
    }
    boolean reached = sockets.get() instanceof SocketTuning.Programs || port.report().preloaded();
    boolean overrides = sockets.get().options().override();
    if (!reached) {
      return inTheServer
          + (pod.pod().facts().noPreload().isPresent() || refused(pod).isPresent()
              ? ", or remove what keeps the library out"
              : ", for a statically linked server ignores the library")
          + ", or let the pods be privileged";
    }
    if (refused(pod).isPresent()) {
      return inTheServer
          + ", or run the pods on nodes whose kernel takes eBPF programs on cgroups (the condition"
          + " Applied tells more)";
    }
    return overrides ? inTheServer : "set spec.applicationKeepalive to Override, or " + inTheServer;
  }
}
