package dev.wstuning.operator.importing;

import java.util.List;
import java.util.Optional;

/**
 * What files become.
 *
 * @param manifest YAML that kubectl applies, with what is said about their lines
 * @param complete whether nothing was left out
 */
public record Translation(String manifest, boolean complete) {

  /**
   * @param files in the order in which they are read
   * @throws IllegalArgumentException if it is unclear what a file is
   */
  public static Translation of(List<ImportedFile> files, ImportArguments arguments) {
    Draft draft = new Draft();
    OpenFilesLines openFiles = new OpenFilesLines(draft);
    SysctlLines sysctls = new SysctlLines(draft);
    for (ImportedFile file : files) {
      List<Line> lines = file.meaningful();
      switch (kind(file.name(), lines, arguments.kind())) {
        case SYSCTL -> sysctls.read(lines);
        case LIMITS -> LimitLines.read(lines, openFiles, draft);
        case UNIT -> UnitLines.read(lines, openFiles, draft);
      }
    }
    sysctls.translate();
    OpenFilesChoice.decide(openFiles.pairs(), draft);
    return new Translation(
        ManifestText.of(draft, arguments, files.stream().map(ImportedFile::name).toList()),
        draft.remarks().stream().noneMatch(r -> r.kind() == Remark.Kind.LEFT_OUT));
  }

  private static FileKind kind(String name, List<Line> lines, Optional<FileKind> given) {
    return given
        .or(() -> FileKind.of(lines))
        .or(() -> lines.isEmpty() ? Optional.of(FileKind.SYSCTL) : Optional.empty())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s has no line like those of sysctl.conf, limits.conf or a unit of systemd:"
                            .formatted(name)
                        + " write --kind sysctl, --kind limits or --kind unit"));
  }
}
