package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Reason;

/** The reasons of a tuning's conditions, worst first. Each says what its reader may do. */
public enum TuningReason implements Reason {
  /** The resource is valid and owns its pods: nothing to do. */
  Accepted,
  /** Another tuning selects the same pods: narrow one selector, or delete one resource. */
  Conflicted,
  /**
   * The resource was written for a newer version, and this one cannot read what it asks for: update
   * the operator.
   */
  NotUnderstood,
  /**
   * The resource has fields that this version does not know: update the operator, or remove them.
   */
  UnknownFields,
  /** kube-system and the operator's own namespace are never touched: move the resource. */
  ForbiddenNamespace,

  /** All pods carry the current settings: nothing to do. */
  Applied,
  /** The mode is Observe: set it to Tune when the observations convince you. */
  ObserveOnly,
  /** The selector matches no pod that runs: start some, or correct the selector. */
  NoPods,
  /** Pods are on their way: wait. */
  PodsStarting,
  /** Pods went without the library that was allowed: see what in them keeps it out. */
  PreloadLeftOut,
  /**
   * Pods have the present settings in another form than they would get now: they need nothing, and
   * a restart at a time of your choice makes them like new ones.
   */
  Improvable,
  /** Pods run with older settings, or were made before there were any: restart them. */
  RestartPending,
  /** Pods were created while no replica of the operator answered: restart them. */
  PodsMissed,
  /** Pods that are never tuned are selected: narrow the selector, or change those pods. */
  PodsSkipped,
  /** Something asked for needs privilege that the namespace or the resource forbids. */
  NeedsPrivilege,
  /** The kernel refused a setting, or kept another value: remove it, or use a newer kernel. */
  WriteFailed,
  /** The kernel refused the socket programs, or the library could not be put in place. */
  SocketsFailed,
  /** The launcher or the library for open files could not be put in place: look at that pod. */
  OpenFilesFailed,
  /** The init container's report cannot be believed: look at that pod. */
  BootReportInvalid,
  /** The API server refused to register, evict or restart: look who does, it is tried again. */
  ActionFailed,
  /** No pods can be created: look who refuses them, and whether because of what is injected. */
  PodsRefused,
  /** Injected pods cannot start because of us: see what the message says of the pod. */
  PodsStuck,
  /** Injected pods could not start because of us, so new ones start untuned: mend and retry. */
  InjectionSuspended,
  /** Whether the API server reaches the webhook is not known yet: wait, else see the message. */
  WebhookUnproven,
  /** The API server does not reach the webhook: look at network policies and firewalls. */
  WebhookUnreachable,

  /** A load balancer cuts idle connections before the first probe: send it sooner. */
  BalancerCutsFirst,
  /** The peers are likely proxies: their own timeouts decide how soon dead clients are found. */
  BehindProxy,
  /** The application looks for dead peers sooner than wanted: nothing to do. */
  StricterThanRequested,
  /** The processes have what the resource wants: nothing to do. */
  Effective,
  /** Some pods were not looked at yet: wait. */
  NotObserved,
  /** The observer could not do its work: look at that pod. */
  ObservationFailed,
  /** The pod has several containers: name the server's in spec.container. */
  ContainerAmbiguous,
  /** The server does not listen on a port of spec.ports: correct one of both. */
  PortNotListening,
  /**
   * The observer's report had no room for all ports: name those that matter. Or an older observer
   * reported errors, which may mean that: have the pod observed again.
   */
  PortsNotReported,
  /** A sysctl in the pod has another value than asked. */
  SysctlDiffers,
  /**
   * The soft limit of the server process is too low: let a node agent, the launcher or the library
   * raise it.
   */
  OpenFilesBelowMinimum,
  /** The limit of the server process is higher than it may be: let a node agent lower it. */
  OpenFilesAboveMaximum,
  /** A pod cannot hold connections.perPod: raise the limit that ends first, or lower perPod. */
  CapacityTooSmall,
  /**
   * Nothing switches SO_KEEPALIVE on: let pods be privileged, allow the library, or do it there.
   */
  KeepaliveOff,
  /** The server sets a longer idle time itself: change it there. */
  ApplicationOverrides,
  /** Nothing sets TCP_USER_TIMEOUT: let pods be privileged, or allow the library. */
  UserTimeoutOff,
  /** A dead peer may live longer than asked: see what the message says of the port. */
  DeadPeersLate,
  /** No connection could be looked at: see the observer's errors. */
  KeepaliveNotSeen
}
