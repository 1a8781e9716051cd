package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.pod.injection.UlimitAnnotation;
import dev.wstuning.operator.pod.observation.PodReport.Given;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.pod.tuner.TunerCommandParser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes of a pod that the agent of its node tuned, and of the agent's report, what the same pod
 * would be if it had been tuned at admission: so the same rules judge both.
 */
public final class NodeTuned {

  /** Pods of one workload have equal reports, so there are few. */
  private static final int MOST = 10_000;

  private final BootReader boots;
  private final Sharing sharing;
  private final Map<Given, Answer> known = new ConcurrentHashMap<>();

  /**
   * @param agent what the agent was to apply; empty if neither sysctls nor options of sockets
   */
  private record Answer(Optional<InjectedTuner> agent, Boot boot) {}

  /**
   * @param sharing makes one object of what pods have in common
   */
  public NodeTuned(ReportReader reports, Sharing sharing) {
    this.boots = new BootReader(reports);
    this.sharing = sharing;
  }

  /**
   * @param record what is known of the pod without the report
   * @param plan what the tuning gives such a pod
   */
  public PodRecord record(PodRecord record, PodReport report, TuningPlan plan) {
    PodFacts pod = record.facts();
    if (report.given().isEmpty() || pod.plan().isPresent()) {
      return record;
    }
    Given given = report.given().get();
    Answer answer = answer(given);
    TemplateFacts template = pod.template().given(marks(pod, given, plan), answer.agent());
    Boot boot = answer.boot().given(created(pod, report, plan));
    return new PodRecord(pod.of(sharing.one(template)), sharing.one(boot), record.booted());
  }

  private Answer answer(Given given) {
    if (known.size() >= MOST) {
      known.clear();
    }
    return known.computeIfAbsent(
        given,
        g -> {
          Optional<InjectedTuner> agent = agent(g.arguments());
          return new Answer(agent, boot(g, agent));
        });
  }

  /** What the agent was to apply, as an init container has it in its arguments. */
  private static Optional<InjectedTuner> agent(List<String> arguments) {
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    Optional<TunerCommand.Reading> read = TunerCommandParser.read(arguments);
    return Optional.of(
        InjectedTuner.ofNode(
            read.map(TunerCommand.Reading::command),
            read.filter(r -> r.onError() == TuningError.Hold).isPresent()));
  }

  private Boot boot(Given given, Optional<InjectedTuner> agent) {
    // Nothing is reported before the server's container has started.
    if (agent.isEmpty() || given.boot().isEmpty()) {
      return Boot.NONE;
    }
    return agent
        .flatMap(InjectedTuner::command)
        .map(command -> boots.ofNode(given.boot(), command))
        .orElseGet(() -> Boot.unreadable("what it was to apply is in other words than the plan's"));
  }

  private static Map<String, String> marks(PodFacts pod, Given given, TuningPlan plan) {
    Map<String, String> marks = new HashMap<>();
    if (given.plan().equals(plan.hash())) {
      plan.openFiles()
          .map(OpenFilesPlan::limits)
          .flatMap(
              limits ->
                  pod.serverContainer(plan.container())
                      .map(server -> UlimitAnnotation.requests(limits, server)))
          .ifPresent(marks::putAll);
    }
    marks.put(Markers.TUNING, given.tuning());
    marks.put(Markers.PLAN, given.plan());
    return marks;
  }

  private static Optional<OpenFilesLimit> created(PodFacts pod, PodReport report, TuningPlan plan) {
    return pod.serverContainer(plan.container()).flatMap(pod::status).flatMap(report::created);
  }
}
