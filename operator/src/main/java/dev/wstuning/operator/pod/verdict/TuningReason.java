package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Reason;

/** The reasons of a tuning's conditions, worst first. Each comment names what its reader may do. */
public enum TuningReason implements Reason {
  /** The resource is valid and owns its pods: nothing to do. */
  Accepted,
  /** Another tuning selects the same pods: narrow one selector, or delete one resource. */
  Conflicted,
  /**
   * The resource was written for a newer version, and this one cannot read what it wants: update
   * the operator.
   */
  NotUnderstood,
  /**
   * The resource has fields that this version does not know: update the operator, or remove them.
   */
  UnknownFields,
  /**
   * kube-system, the operator's own namespaces and those that the cluster's administrator names are
   * never touched: move the resource.
   */
  ForbiddenNamespace,

  /** All pods carry the current settings: nothing to do. */
  Applied,
  /** The mode is Observe: set it to Tune when the observations convince you. */
  ObserveOnly,
  /** The selector matches no pod that runs: start some, or correct the selector. */
  NoPods,
  /** Pods are starting: wait. */
  PodsStarting,
  /** Pods started without the library that was allowed: remove what keeps it out. */
  PreloadLeftOut,
  /**
   * Pods have the present settings, but new ones would be tuned in another way: nothing is wrong,
   * and a restart at a time of your choice makes them like new ones.
   */
  Improvable,
  /** Pods run with older settings, or were created before there were any: restart them. */
  RestartPending,
  /** Pods were created while no replica of the operator answered: restart them. */
  PodsMissed,
  /** The agent of a node did not report yet whether it tuned a pod: wait. */
  NotReported,
  /** Pods were created before the agent of their node could tune them: restart them. */
  PodsBeforeAgent,
  /** No agent tunes pods where they run: offer it there, repair the agent, or use admission. */
  NoNodeAgent,
  /** Pods started untuned while tuning of their owner was suspended: restart them. */
  PodsSuspended,
  /** Pods that are never tuned are selected: narrow the selector, or change those pods. */
  PodsSkipped,
  /** The agents of nodes cannot set something by the allowed methods: allow others. */
  NotByNodeAgent,
  /** A wanted setting needs privilege that the namespace or the resource forbids. */
  NeedsPrivilege,
  /**
   * The resource insists on privilege, and the cluster's administrator allows none: set
   * spec.methods.privilege to Auto.
   */
  PrivilegeNotAllowed,
  /** The kernel refused a setting, or kept another value: remove it, or use a newer kernel. */
  WriteFailed,
  /** The kernel refused the socket programs, or the library could not be put in place. */
  SocketsFailed,
  /** The launcher or the library for open files could not be put in place: look at that pod. */
  OpenFilesFailed,
  /** The init container's report is not usable: look at that pod. */
  BootReportInvalid,
  /**
   * The API server refused an action of the operator, or others undo it: check policies, quotas,
   * RBAC, and what changes webhook configurations; the operator retries.
   */
  ActionFailed,
  /** No pods can be created: check what refuses them, and whether the cause is what is injected. */
  PodsRefused,
  /**
   * Injected pods cannot start because of what was injected: the message names the pod and the
   * cause.
   */
  PodsStuck,
  /**
   * Tuned pods of an owner could not be created or started, so its new ones start untuned: remove
   * the cause. Tuning is tried again by itself.
   */
  InjectionSuspended,
  /**
   * It is unknown yet whether the API server reaches the webhook: wait; if this persists, check the
   * operator's log.
   */
  WebhookUnproven,
  /** The API server does not reach the webhook: check network policies and firewalls. */
  WebhookUnreachable,

  /** A load balancer cuts idle connections before the first probe: set a shorter keepalive time. */
  BalancerCutsFirst,
  /**
   * The server's event loop may be select(2), which fails at descriptor 1024: install another one,
   * or keep the limit of open files below.
   */
  EventLoopUnclear,
  /** The peers are likely proxies: their own timeouts decide how soon dead clients are found. */
  BehindProxy,
  /** The processes have what the resource wants: nothing to do. */
  Effective,
  /** The application looks for dead peers sooner than wanted: nothing to do. */
  StricterThanRequested,
  /** Some pods are not observed yet: wait. */
  NotObserved,
  /**
   * The server listened on no port when it was observed, and is observed again: wait, or narrow the
   * selector.
   */
  NotListening,
  /**
   * The server restarted since it was observed, and is not observed again soon: request it, or look
   * at that pod.
   */
  ObservationOutdated,
  /** The observer could not do its work: look at that pod. */
  ObservationFailed,
  /** The pod has several containers: name the server's in spec.container. */
  ContainerAmbiguous,
  /**
   * Several processes may be the server, and it matters which: run it as a user that is not root,
   * or let observers open a connection.
   */
  ProcessAmbiguous,
  /**
   * The server does not listen on a port of spec.ports, or on one that its container declares:
   * correct spec.ports or the server.
   */
  PortNotListening,
  /** It is unclear which ports are for WebSockets, or the server's: list them in spec.ports. */
  PortAmbiguous,
  /**
   * The observer's report had no room for all ports: name those that matter. Or an older observer
   * reported errors, which may mean that: have the pod observed again.
   */
  PortsNotReported,
  /** A sysctl in the pod does not have the wanted value. */
  SysctlDiffers,
  /**
   * The soft limit of the server process is too low: let a node agent, the launcher or the library
   * raise it.
   */
  OpenFilesBelowMinimum,
  /** The limit of the server process is higher than it may be: let a node agent lower it. */
  OpenFilesAboveMaximum,
  /**
   * A pod cannot hold connections.perPod: raise the limit that it reaches first, or lower perPod.
   */
  CapacityTooSmall,
  /**
   * Keepalive is off: let pods be privileged, allow the library, or switch SO_KEEPALIVE on in the
   * server.
   */
  KeepaliveOff,
  /** The server itself sets a longer idle time: change it in the server. */
  ApplicationOverrides,
  /** Nothing sets TCP_USER_TIMEOUT: let pods be privileged, or allow the library. */
  UserTimeoutOff,
  /** A dead peer may live longer than wanted: the message names the port and the cause. */
  DeadPeersLate,
  /** Pods listen on no port, while those of other workloads do: narrow spec.selector. */
  NoServer,
  /** No connection showed its keepalive time: the message has the observer's errors. */
  KeepaliveNotSeen
}
