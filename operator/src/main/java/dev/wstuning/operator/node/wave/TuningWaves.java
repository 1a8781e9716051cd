package dev.wstuning.operator.node.wave;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.Holding;
import dev.wstuning.operator.node.plan.Mark;
import dev.wstuning.operator.node.plan.Settings;
import dev.wstuning.operator.node.plan.Share;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What one tuning gives the nodes that it selects, now. */
final class TuningWaves {

  private final WebSocketNodeTuning tuning;
  private final String name;
  private final Settings wanted;
  private final String revision;

  /** What finished waves brought. */
  private final Optional<Settings> settled;

  /** The same without what was removed since, for nodes that join. */
  private final Optional<Share.Given> former;

  TuningWaves(WebSocketNodeTuning tuning) {
    this.tuning = tuning;
    this.name = tuning.getMetadata().getName();
    this.wanted = Settings.of(tuning.getSpec());
    this.revision = wanted.revision();
    this.settled =
        Optional.ofNullable(tuning.getStatus())
            .flatMap(s -> Optional.ofNullable(s.settled()))
            .map(Settings::of);
    this.former = settled.map(s -> s.within(wanted)).map(s -> new Share.Given(s, Mark.outside(s)));
  }

  /** What the tuning gives each node, by the node's name. */
  record Shares(Map<String, Share> byNode, Rollout rollout) {}

  /**
   * A node with what it was given of this tuning so far.
   *
   * @param updated whether that is what the tuning wants now
   */
  private record Known(TunedNode state, Optional<Holding> holding, boolean updated) {

    String node() {
      return state.node().name();
    }
  }

  /**
   * @param fit whether a node may be given something new now
   */
  Shares shares(List<TunedNode> selected, Waves waves, Predicate<TunedNode> fit) {
    List<Known> known = selected.stream().map(this::known).toList();
    if (former.map(Share.Given::settings).filter(wanted::equals).isPresent()) {
      // Nothing new, the way back, or less than before: that is an undo, and needs no proof.
      return everywhere(known);
    }
    Decision decision =
        waves.decide(
            tuning.getMetadata().getUid(),
            revision,
            known.stream().map(k -> member(k, fit)).toList());
    if (decision.complete()) {
      return everywhere(known);
    }
    Map<String, Share> shares = new HashMap<>();
    known.forEach(k -> shares.put(k.node(), share(k, decision)));
    return new Shares(shares, new Rollout(settled, progress(known, decision)));
  }

  /**
   * When every node has the settings, no one waits, although the last wave still has to prove them.
   */
  private static Optional<Rollout.Progress> progress(List<Known> known, Decision decision) {
    int updated = (int) known.stream().filter(Known::updated).count();
    return Optional.of(
            new Rollout.Progress(updated, known.size(), decision.wave(), decision.stop()))
        .filter(p -> updated < known.size());
  }

  private Shares everywhere(List<Known> known) {
    Map<String, Share> shares = new HashMap<>();
    known.forEach(
        k -> shares.put(k.node(), Share.newest(name, wanted, new Mark(revision, wave(k)))));
    return new Shares(shares, Rollout.over(wanted));
  }

  private Member member(Known known, Predicate<TunedNode> fit) {
    return known.updated()
        ? Member.after(
            known.node(),
            wave(known),
            Health.of(known.state(), known.holding().orElseThrow().own()))
        : Member.before(known.node(), fit.test(known.state()));
  }

  private int wave(Known known) {
    return known.holding().map(h -> h.wave(revision)).orElse(Mark.NO_WAVE);
  }

  /** A node that only has to lose something has the wanted settings: losing needs no proof. */
  private Known known(TunedNode state) {
    Optional<Holding> holding = Holding.of(name, state.object());
    return new Known(
        state,
        holding,
        holding
            .filter(h -> h.has(wanted, revision) || h.kept(settled, wanted).equals(wanted))
            .isPresent());
  }

  private Share share(Known known, Decision decision) {
    if (known.updated()) {
      return Share.newest(name, wanted, new Mark(revision, wave(known)));
    }
    if (decision.next().contains(known.node())) {
      return Share.newest(name, wanted, new Mark(revision, decision.wave()));
    }
    if (known.holding().isPresent()) {
      Settings kept = known.holding().get().kept(settled, wanted);
      return Share.former(
          name, kept, known.holding().get().mark().orElseGet(() -> Mark.outside(kept)));
    }
    if (decision.canaryDone() && hasJoined(known.state())) {
      return Share.newest(name, wanted, new Mark(revision, Mark.NO_WAVE));
    }
    return former
        .filter(f -> !f.settings().isEmpty())
        .map(f -> Share.former(name, f.settings(), f.mark()))
        .orElseGet(() -> Share.nothingYet(name));
  }

  /**
   * Whether the node came after the rollout began. The first rollout of a tuning begins with its
   * creation; in later ones a node that has nothing of the tuning is new.
   */
  private boolean hasJoined(TunedNode state) {
    return settled.isPresent()
        || state.node().created().compareTo(tuning.getMetadata().getCreationTimestamp()) > 0;
  }
}
