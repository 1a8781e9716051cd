package dev.wstuning.operator.node.wave;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How a node is that was given new settings. */
sealed interface Health {

  /** It reports the settings, and is Ready. */
  record Settled() implements Health {}

  /** It needs a moment. */
  record Underway() implements Health {}

  /**
   * @param why in words
   */
  record Failed(String why) implements Health {}

  /**
   * @param own what this tuning gave it
   */
  static Health of(TunedNode state, Settings own) {
    if (!state.node().works()) {
      return new Failed("the node is not Ready");
    }
    Optional<AgentPod> failing = state.failingAgent().filter(a -> !state.agentReady());
    if (failing.isPresent()) {
      return new Failed("its node agent does not run: " + failing.get().problem().orElseThrow());
    }
    if (!state.current()) {
      return new Underway();
    }
    Map<String, AppliedSetting> reported =
        state.settings().stream()
            .collect(Collectors.toMap(AppliedSetting::name, Function.identity(), (a, b) -> a));
    for (Map.Entry<String, Settings.Value> wanted : own.sysctls().entrySet()) {
      Health health = of(wanted.getKey(), wanted.getValue().value(), reported);
      if (!(health instanceof Settled)) {
        return health;
      }
    }
    return new Settled();
  }

  private static Health of(String key, String value, Map<String, AppliedSetting> reported) {
    AppliedSetting setting = reported.get(key);
    if (setting == null) {
      return new Underway();
    }
    if (setting.problem() != null) {
      return new Failed("%s could not be set to %s: %s".formatted(key, value, setting.problem()));
    }
    if (setting.hasDrifted()) {
      return new Failed("something else changed %s to %s".formatted(key, setting.value()));
    }
    // What waits for the end of a container may wait for days, and nothing failed.
    return setting.waits() != null || value.equals(setting.wanted())
        ? new Settled()
        : new Underway();
  }
}
