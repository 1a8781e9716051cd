package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One folder of {@code src/test/resources/mutation}: the pod that comes in, the tuning that owns
 * it, and either the pod that goes out or the reason why it is left alone.
 */
record GoldenPod(Path folder) {

  static final String IN = "in.yaml";
  static final String TUNING = "tuning.yaml";
  static final String OUT = "out.yaml";
  static final String LEFT_ALONE = "left-alone.txt";

  static final String IMAGE = "localhost/wstuning/tuner:0.1.0";
  private static final PlanContext ADMITS_ALL =
      PlanContext.of("privileged", OptionalInt.empty(), 36);
  private static final Path ROOT = Path.of("src/test/resources/mutation");

  static List<GoldenPod> all() {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders.sorted().map(GoldenPod::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + ROOT, e);
    }
  }

  Pod in() {
    return read(IN, Pod.class);
  }

  Pod out() {
    return read(OUT, Pod.class);
  }

  WebSocketTuning tuning() {
    return read(TUNING, WebSocketTuning.class);
  }

  TuningPlan plan() {
    return Planner.plan(tuning().getSpec(), ADMITS_ALL);
  }

  PodMutator.Outcome mutate(Pod pod) {
    return new PodMutator(IMAGE).mutate(pod, tuning().getMetadata().getName(), plan());
  }

  boolean isTuned() {
    return Files.exists(folder.resolve(OUT));
  }

  String text(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + folder.resolve(file), e);
    }
  }

  Set<String> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  private <T> T read(String file, Class<T> type) {
    return Serialization.unmarshal(text(file), type);
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
