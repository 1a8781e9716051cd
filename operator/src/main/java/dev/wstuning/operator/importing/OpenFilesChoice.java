package dev.wstuning.operator.importing;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OpenFiles;
import dev.wstuning.operator.sysctl.NodeSysctl;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes one number of all limits of open files: the highest, because a pod has one server and the
 * number is a minimum.
 */
final class OpenFilesChoice {

  private static final String INSTEAD =
      "write connections: {perPod: N}, or the number that is needed";

  private final Draft draft;

  private OpenFilesChoice(Draft draft) {
    this.draft = draft;
  }

  static void decide(List<LimitPair> pairs, Draft draft) {
    OpenFilesChoice choice = new OpenFilesChoice(draft);
    List<LimitPair> usable = pairs.stream().filter(choice::usable).toList();
    Optional<LimitPair> highest = usable.stream().max(Comparator.comparingLong(p -> minimum(p)));
    highest.ifPresent(
        pair -> {
          choice.take(pair);
          usable.stream().filter(p -> p != pair).forEach(p -> choice.lower(p, pair));
        });
  }

  private static long minimum(LimitPair pair) {
    return pair.decides().number().orElseThrow();
  }

  private boolean usable(LimitPair pair) {
    if (pair.decides().infinite()) {
      return leaveOut(
          pair,
          "without a limit, runtimes that size tables by it are killed for their memory: "
              + INSTEAD);
    }
    long minimum = minimum(pair);
    return (minimum >= OpenFiles.FEWEST && minimum <= OpenFiles.MOST)
        || leaveOut(
            pair,
            "openFiles takes %d to %d, not %d: %s"
                .formatted(OpenFiles.FEWEST, OpenFiles.MOST, minimum, INSTEAD));
  }

  private boolean leaveOut(LimitPair pair, String why) {
    pair.lines().forEach(line -> draft.add(Remark.leftOut(line, pair.whose(), why)));
    return false;
  }

  private void take(LimitPair pair) {
    draft.needsOpenFiles(minimum(pair));
    raiseNrOpen(pair);
    if (pair.plain()) {
      return;
    }
    if (pair.decides() == pair.soft()) {
      draft.add(
          Remark.consider(
              pair.hard().line(),
              pair.whose(),
              "openFiles.minimum is the soft limit, which acts; write more if the server raises its"
                  + " limit itself"));
      return;
    }
    draft.add(
        Remark.changed(
            pair.hard().line(),
            pair.whose(),
            "openFiles.minimum is the hard limit, because a soft limit of 1024 is what containers"
                + " usually have anyway; write less if the server needs less"));
    if (pair.lines().size() > 1) {
      draft.add(
          new Remark(
              Remark.Kind.REPLACED,
              pair.soft().line(),
              pair.whose(),
              "the hard limit of %s counts".formatted(pair.hard().line().place())));
    }
  }

  private void raiseNrOpen(LimitPair pair) {
    long most =
        Optional.ofNullable(draft.nodeSysctls().get(NodeSysctl.FS_NR_OPEN))
            .map(Long::parseLong)
            .orElse(NodeSysctl.FS_NR_OPEN.min());
    if (minimum(pair) > most) {
      draft.nodeSysctls().put(NodeSysctl.FS_NR_OPEN, Long.toString(minimum(pair)));
      draft.add(
          Remark.consider(
              pair.decides().line(),
              pair.whose(),
              "no limit may be above fs.nr_open, so the node tuning sets that to the same number"));
    }
  }

  private void lower(LimitPair pair, LimitPair highest) {
    String why =
        "%s sets as many or more, and the highest number counts, because a pod has one server"
            .formatted(highest.decides().line().place());
    pair.lines()
        .forEach(line -> draft.add(new Remark(Remark.Kind.REPLACED, line, pair.whose(), why)));
  }
}
