package dev.wstuning.e2e.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tuner's image on a node. It can be missing there, as if its registry did not answer. */
public enum TunerImage {
  ON_THE_NODE {
    @Override
    void ctr(String... arguments) {
      Command.cluster("ctr", arguments);
    }
  },
  ON_THE_MODERN_NODE {
    @Override
    void ctr(String... arguments) {
      List<String> all = new ArrayList<>(List.of("ctr", "-n", "k8s.io"));
      all.addAll(Arrays.asList(arguments));
      ModernNode.HOST.run(all.toArray(String[]::new));
    }
  };

  public static final String NAME = "localhost/wstuning/tuner:0.2.0";

  /** Under which it is kept meanwhile. */
  private static final String KEPT = "localhost/wstuning/kept:0.2.0";

  abstract void ctr(String... arguments);

  public void takeAway() {
    ctr("images", "tag", "--force", NAME, KEPT);
    ctr("images", "rm", NAME);
  }

  /** Puts it back; twice is once. */
  public void giveBack() {
    ctr("images", "tag", "--force", KEPT, NAME);
  }
}
