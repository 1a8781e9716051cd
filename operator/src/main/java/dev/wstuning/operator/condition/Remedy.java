package dev.wstuning.operator.condition;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** How a pod is replaced; the order is that of the sentences. */
  enum Way {
    ROLLOUT_RESTART,
    ARGO_ROLLOUT,
    DELETION,
    NEXT_RUN,
    BY_HAND
  }

  /**
   * A pod that should be replaced.
   *
   * @param owner what replaces it, as kubectl takes it; empty if nothing does
   */
  record OldPod(String name, Way way, String owner) {}

  /** Pods should be replaced. */
  record RestartPods(String namespace, List<OldPod> pods) implements Remedy {

    private static final int MOST_NAMES = 3;

    @Override
    public String text() {
      Map<Way, List<OldPod>> byWay =
          pods.stream()
              .collect(
                  Collectors.groupingBy(
                      OldPod::way, () -> new EnumMap<>(Way.class), Collectors.toList()));
      return byWay.entrySet().stream()
          .map(e -> sentence(e.getKey(), e.getValue()))
          .collect(Collectors.joining("; "));
    }

    private String sentence(Way way, List<OldPod> some) {
      String names = first(some.stream().map(OldPod::name));
      String owners = first(some.stream().map(OldPod::owner));
      return switch (way) {
        case ROLLOUT_RESTART -> "kubectl -n %s rollout restart %s".formatted(namespace, owners);
        case ARGO_ROLLOUT ->
            "kubectl argo rollouts -n %s restart %s"
                .formatted(namespace, owners.replace("rollout/", ""));
        case DELETION ->
            "kubectl -n %s delete pod %s, one after the other: %s replaces them"
                .formatted(namespace, names, owners);
        case NEXT_RUN ->
            "wait for the next run of %s, or delete it and create it again".formatted(owners);
        case BY_HAND ->
            "kubectl -n %s delete pod %s, then create each again".formatted(namespace, names);
      };
    }

    private static String first(Stream<String> all) {
      List<String> names = all.distinct().sorted().toList();
      int more = names.size() - MOST_NAMES;
      return String.join(" ", names.subList(0, Math.min(MOST_NAMES, names.size())))
          + (more > 0 ? " (and %d more)".formatted(more) : "");
    }

    @Override
    public Remedy named(Supplier<RestartPods> others) {
      return this;
    }
  }
}
