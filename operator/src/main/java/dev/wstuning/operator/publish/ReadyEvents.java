package dev.wstuning.operator.publish;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.condition.Conditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records an event if a resource ceases to be ready, or becomes ready again. The latter waits for a
 * pause, and for the next status that is written then, so that what comes and goes is one event.
 */
public final class ReadyEvents<R extends HasMetadata, S> implements StatusNews<R, S> {

  private static final Logger LOG = LoggerFactory.getLogger(ReadyEvents.class);

  private final Events events;
  private final WritePace pace;
  private final Function<R, String> named;
  private final Function<S, List<Condition>> conditions;

  /** The status that was recorded last, by the uid of the resource. */
  private final Map<String, ConditionStatus> recorded = new ConcurrentHashMap<>();

  /**
   * @param pace between an event and the next one of a resource that is ready again
   * @param named names the resource in the log, as key=value
   * @param conditions those of a status
   */
  public ReadyEvents(
      Events events,
      WritePace pace,
      Function<R, String> named,
      Function<S, List<Condition>> conditions) {
    this.events = events;
    this.pace = pace;
    this.named = named;
    this.conditions = conditions;
  }

  @Override
  public void record(R resource, S before, S after) {
    String uid = resource.getMetadata().getUid();
    ready(before).ifPresent(then -> recorded.putIfAbsent(uid, then.status()));
    ready(after)
        .filter(now -> now.status() != recorded.get(uid))
        .filter(now -> now.status() == ConditionStatus.False || pace.remaining(uid).isZero())
        .ifPresent(now -> record(resource, uid, now));
  }

  private void record(R resource, String uid, Condition now) {
    recorded.put(uid, now.status());
    pace.wrote(uid);
    LOG.info(
        "msg=\"status changed\" {} ready={} reason={} message=\"{}\"",
        named.apply(resource),
        now.status(),
        now.reason(),
        now.message());
    events.create(resource, now);
  }

  /** Whether the resource is ready; empty if that is not known. */
  private Optional<Condition> ready(S status) {
    return Conditions.ready(status == null ? List.of() : conditions.apply(status))
        .filter(c -> c.status() != ConditionStatus.Unknown);
  }

  @Override
  public void forget(String uid) {
    recorded.remove(uid);
    pace.forget(uid);
  }
}
