package dev.wstuning.operator.metrics;

import java.util.List;
import java.util.Locale;

/**
 * Every metric, in the order of docs/metrics.md, which is generated from here. No label names a
 * pod, a tuning or a namespace: the number of series does not grow with the cluster.
 */
public enum Metric {
  ADMISSION_SECONDS(
      "wstuning_admission_seconds",
      "How long this replica took to answer calls about new pods.",
      "API servers wait five seconds. Check CPU and its throttling if `histogram_quantile(0.99, sum by (le) (rate(wstuning_admission_seconds_bucket[5m]))) > 1`."),
  /** The registry adds it to every histogram. */
  ADMISSION_SECONDS_MAX(
      "wstuning_admission_seconds_max",
      "The longest of the last minutes' answers.",
      "See `wstuning_admission_seconds`."),
  ADMISSIONS(
      "wstuning_admissions_total",
      "Calls of API servers about new pods, by what became of the pod. Pods that are never tuned are `left_alone_`, with the reason.",
      "Read the log if `sum(rate(wstuning_admissions_total{outcome=\"failed\"}[5m])) > 0`: such pods start untuned, or not at all with `operatorDown: Reject`.",
      "outcome"),
  CACHE_NOT_WATCHING(
      "wstuning_cache_not_watching_seconds",
      "How long it is since a cache of that kind was last seen watching the API server; 0 while it watches.",
      "The replica works with what it knew by then. Check the API server and RBAC if `max by (kind) (wstuning_cache_not_watching_seconds) > 120`.",
      "kind"),
  CONTROLLERS(
      "wstuning_controllers_running",
      "1 while the controllers of this replica run, 0 while they start, or start again after a failure. Admission does not need them.",
      "Read the log if `max_over_time(wstuning_controllers_running[10m]) == 0`: it says which cache or controller failed."),
  LEADER(
      "wstuning_leader",
      "1 if this replica leads, otherwise 0.",
      "No replica writes if `sum(wstuning_leader) < 1` for a minute: check the Lease `wstuning`."),
  TUNINGS(
      "wstuning_tunings",
      "WebSocketTunings by reason and status of their Ready condition. Only the leader exports it.",
      "[Each reason](status.md#reasons) says what to do. Look at tunings that are not ready if `sum(wstuning_tunings{status=\"False\"}) > 0` for an hour.",
      "reason",
      "status"),
  PODS(
      "wstuning_pods",
      "Pods of tunings by how they stand to the current plan. Only the leader exports it.",
      "Restart workloads if `sum(wstuning_pods{coverage=\"missed\"}) > 0`: the webhook did not answer when those pods were created.",
      "coverage"),
  SUSPENDED(
      "wstuning_suspended_owners",
      "Owners whose pods start untuned at the moment, by what happened to tuned ones. Only the leader exports it.",
      "`status.suspensions` of the tuning names the owner and quotes the refusal if `sum(wstuning_suspended_owners) > 0` for ten minutes.",
      "cause"),
  OBSERVERS_WAITING(
      "wstuning_observers_waiting",
      "Pods that wait for an observer: for their turn, or to be tried again. Only the leader exports it.",
      "Raise `WST_OBSERVERS_PER_SECOND` if it does not fall while `rate(wstuning_observers_total{outcome=\"sent\"}[5m])` is close to that number."),
  OBSERVERS(
      "wstuning_observers_total",
      "Requests to add an observer to a pod, by the API server's answer.",
      "The status of the tuning has the words if `sum(increase(wstuning_observers_total{outcome=\"refused_4xx\"}[1h])) > 0`: a policy refuses observers.",
      "outcome"),
  EVICTIONS(
      "wstuning_evictions_total",
      "Evictions of pods that were old or stuck. Those against a disruption budget are `refused`.",
      "Check disruption budgets if `refused` grows and `done` does not.",
      "outcome"),
  RESTARTS(
      "wstuning_restarts_total",
      "Restarts of workloads whose tuning has `rollout: {existingPods: Restart}`.",
      "Check RBAC and policies if `sum(increase(wstuning_restarts_total{outcome=\"refused\"}[1h])) > 0`.",
      "outcome"),
  STATUS_WRITES(
      "wstuning_status_writes_total",
      "Statuses that were written to the API server, by kind.",
      "More than one write in five seconds for each resource means that conditions come and go.",
      "kind"),
  STATUS_WRITES_PUT_OFF(
      "wstuning_status_writes_put_off_total",
      "Changes of numbers in a status that waited for the next write. A WebSocketNodeState has none.",
      "Nothing: this is how much the API server was spared.",
      "kind"),
  CERTIFICATE_EXPIRY(
      "wstuning_certificate_expiry_timestamp_seconds",
      "When the serving certificate of this replica and the authority that signs expire, in seconds since 1970.",
      "They are renewed 10 and 90 days before. Read the log if `wstuning_certificate_expiry_timestamp_seconds - time() < 5 * 86400`.",
      "certificate"),
  AGENTS(
      "wstuning_agents",
      "Pods of the node agent by whether they are ready. Only the leader exports it.",
      "The status of node tunings names the nodes if `sum(wstuning_agents{ready=\"false\"}) > 0` for ten minutes.",
      "ready");

  private final String key;
  private final String help;
  private final String advice;
  private final List<String> labels;

  Metric(String key, String help, String advice, String... labels) {
    this.key = key;
    this.help = help;
    this.advice = advice;
    this.labels = List.of(labels);
  }

  /** The name that Prometheus knows. */
  public String key() {
    return key;
  }

  public String help() {
    return help;
  }

  /** What to do about it, with an alert expression if one makes sense. */
  public String advice() {
    return advice;
  }

  public List<String> labels() {
    return labels;
  }

  /** A constant as the value of a label; one that is written like a kind stays as it is. */
  public static String value(Enum<?> constant) {
    String name = constant.name();
    String upper = name.toUpperCase(Locale.ROOT);
    return name.equals(upper) ? name.toLowerCase(Locale.ROOT) : name;
  }
}
