package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import java.util.Optional;

/** What the init container reported. */
public sealed interface Boot {

  /** The limit of open files that it was given, as the pod's other containers were. */
  Optional<OpenFilesLimit> openFilesGiven();

  /** What is wrong with it. */
  BootProblems problems();

  /** Whether it attached the socket programs. */
  boolean programsAttached();

  /** The pod has no init container of ours, or it did not end yet. */
  record None() implements Boot {
    @Override
    public Optional<OpenFilesLimit> openFilesGiven() {
      return Optional.empty();
    }

    @Override
    public BootProblems problems() {
      return BootProblems.NONE;
    }

    @Override
    public boolean programsAttached() {
      return false;
    }
  }

  record Succeeded(BootReport report) implements Boot {
    @Override
    public Optional<OpenFilesLimit> openFilesGiven() {
      return Optional.of(report.nofile());
    }

    @Override
    public BootProblems problems() {
      return BootProblems.NONE;
    }

    @Override
    public boolean programsAttached() {
      return report.sockets() != null
          && report.sockets().by() == BootReport.By.Programs
          && report.sockets().done();
    }
  }

  /**
   * The kernel refused something, or kept other values.
   *
   * @param given the limit of open files that the pod's containers were given
   */
  record Failed(OpenFilesLimit given, BootProblems problems) implements Boot {
    @Override
    public Optional<OpenFilesLimit> openFilesGiven() {
      return Optional.of(given);
    }

    @Override
    public boolean programsAttached() {
      return false;
    }
  }

  record Unreadable(String problem) implements Boot {
    @Override
    public Optional<OpenFilesLimit> openFilesGiven() {
      return Optional.empty();
    }

    @Override
    public BootProblems problems() {
      return BootProblems.unreadable(problem);
    }

    @Override
    public boolean programsAttached() {
      return false;
    }
  }
}
