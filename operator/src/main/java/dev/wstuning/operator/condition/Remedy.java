package dev.wstuning.operator.condition;

import java.util.List;
import java.util.function.Supplier;

/** What helps. It becomes text when it is shown, and not before. */
public sealed interface Remedy {

  /** As a reader sees it; empty if there is nothing to say. */
  String text();

  /** The same for pods whose names are known: a restart then comes as a command. */
  Remedy named(Supplier<RestartPods> pods);

  /** All is well, or waiting is enough. */
  record None() implements Remedy {
    @Override
    public String text() {
      return "";
    }

    @Override
    public Remedy named(Supplier<RestartPods> pods) {
      return this;
    }
  }

  /** Something that a reader should do. */
  record Advice(String text) implements Remedy {
    @Override
    public Remedy named(Supplier<RestartPods> pods) {
      return this;
    }
  }

  /** The pod that was judged should be replaced. */
  record RestartPod() implements Remedy {
    @Override
    public String text() {
      return "restart the pod so that it boots with the current settings";
    }

    @Override
    public Remedy named(Supplier<RestartPods> pods) {
      return pods.get();
    }
  }

  /**
   * Pods should be replaced.
   *
   * @param workloads what to restart, as kubectl takes it; empty if nothing replaces the pods
   * @param pods their names
   */
  record RestartPods(String namespace, List<String> workloads, List<String> pods)
      implements Remedy {

    private static final int MOST_NAMES = 3;

    public RestartPods {
      workloads = workloads.stream().distinct().sorted().toList();
      pods = pods.stream().sorted().toList();
    }

    @Override
    public String text() {
      return workloads.isEmpty()
          ? "kubectl -n %s delete pod %s, then create each again".formatted(namespace, first(pods))
          : "kubectl -n %s rollout restart %s".formatted(namespace, first(workloads));
    }

    private static String first(List<String> names) {
      return String.join(" ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    }

    @Override
    public Remedy named(Supplier<RestartPods> others) {
      return this;
    }
  }
}
