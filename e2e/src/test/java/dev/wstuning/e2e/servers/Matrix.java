package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.Installation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;

/** Each server of a place, untuned and tuned in each way. */
final class Matrix {

  /** Pods start at the same time anyway, and each that waits asks the API server. */
  private static final int MEASURED_AT_ONCE = 6;

  private final Installation cluster = Installation.withOperator();
  private final ExecutorService threads = Executors.newFixedThreadPool(MEASURED_AT_ONCE);
  private final Map<Way, Map<Server, Future<Cell>>> cells = new EnumMap<>(Way.class);
  private final Place place;
  private Map<Server, Future<Seen>> untuned = Map.of();
  private Map<Server, Future<String>> versions = Map.of();

  Matrix(Place place) {
    this.place = place;
  }

  /** The servers of one way are measured while those of the next start. */
  void measure(Stream<Way> ways) throws InterruptedException {
    Deque<Measurement> started = new ArrayDeque<>();
    try {
      for (Way way : ways.toList()) {
        started.add(new Measurement(cluster, place, way));
        started.getLast().deploy();
        if (started.size() == 2) {
          measure(started.getFirst());
          started.removeFirst().delete();
        }
      }
      measure(started.getFirst());
    } finally {
      threads.shutdownNow();
      started.forEach(Measurement::delete);
    }
  }

  private void measure(Measurement measurement) throws InterruptedException {
    if (measurement.way().tuned()) {
      cells.put(measurement.way(), ofEach(measurement::cell));
    } else {
      untuned = ofEach(measurement::seen);
      versions = ofEach(measurement::version);
    }
  }

  /** A failure is reported by the test that reads the result. */
  private <T> Map<Server, Future<T>> ofEach(Function<Server, T> measured)
      throws InterruptedException {
    List<Future<T>> results =
        threads.invokeAll(
            place.servers().stream().map(s -> (Callable<T>) () -> measured.apply(s)).toList());
    Map<Server, Future<T>> row = new HashMap<>();
    for (int i = 0; i < results.size(); i++) {
      row.put(place.servers().get(i), results.get(i));
    }
    return row;
  }

  Cell cell(Server server, Way way) throws InterruptedException, ExecutionException {
    return cells.get(way).get(server).get();
  }

  Seen untuned(Server server) throws InterruptedException, ExecutionException {
    return untuned.get(server).get();
  }

  String version(Server server) throws InterruptedException, ExecutionException {
    return versions.get(server).get();
  }
}
