package dev.wstuning.operator.publish;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.condition.Conditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records an event if the status or reason of a resource's Ready condition changed.
 *
 * @param named names the resource in the log, as key=value
 * @param conditions those of a status
 */
public record ReadyEvents<R extends HasMetadata, S>(
    Events events, Function<R, String> named, Function<S, List<Condition>> conditions)
    implements StatusNews<R, S> {

  private static final Logger LOG = LoggerFactory.getLogger(ReadyEvents.class);

  @Override
  public void record(R resource, S before, S after) {
    Conditions.readyNews(
            before == null ? List.of() : conditions.apply(before), conditions.apply(after))
        .ifPresent(
            now -> {
              LOG.info(
                  "msg=\"status changed\" {} ready={} reason={} message=\"{}\"",
                  named.apply(resource),
                  now.status(),
                  now.reason(),
                  now.message());
              events.create(resource, now);
            });
  }
}
