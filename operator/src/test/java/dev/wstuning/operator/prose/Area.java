package dev.wstuning.operator.prose;

import dev.wstuning.operator.crd.GeneratedFiles;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Files of the repository that are judged together, and which part of them is prose. */
enum Area {
  PAGES(Prose.PAGE, "{README,CONTRIBUTING,AGENTS}.md", "{docs,e2e,operator,tuner}/**.md"),
  MANIFESTS(
      Prose.HASHES,
      "manifests/namespace-admins.yaml",
      "manifests/{install,samples}/*.yaml",
      "e2e/*.yaml",
      "e2e/{field,servers}/**.yaml"),
  CRDS(Prose.HASHES, "crds/*.yaml"),
  SCRIPTS(
      Prose.HASHES,
      "Makefile",
      "e2e/{demo,run}",
      "e2e/cluster/{cluster,ctr,down,import,kubectl,modern-node,packages,restart-runtime}",
      "e2e/cluster/{selftest,start-apiserver,status,stop-apiserver,up}",
      "images/{build,push}",
      ".ci/run"),
  OPERATOR_STRINGS(Prose.STRINGS, "operator/src/main/**.java"),
  OPERATOR_COMMENTS(Prose.COMMENTS, "operator/src/main/**.java"),
  OPERATOR_TESTS(Prose.COMMENTS, "operator/src/test/**.java"),
  STORIES(Prose.COMMENTS, "e2e/src/**.java"),
  TUNER_STRINGS(Prose.STRINGS, "tuner/**.go"),
  TUNER_COMMENTS(Prose.COMMENTS, "tuner/**.{go,c}"),
  TOOLS_STRINGS(Prose.STRINGS, "{images,e2e}/**.go"),
  TOOLS_COMMENTS(Prose.COMMENTS, "{images,e2e}/**.go");

  private static final Path ROOT = GeneratedFiles.root();
  private static final Set<String> BUILT = Set.of("target", ".git");

  final Prose prose;
  private final List<PathMatcher> globs;

  Area(Prose prose, String... globs) {
    this.prose = prose;
    this.globs =
        Stream.of(globs).map(g -> FileSystems.getDefault().getPathMatcher("glob:" + g)).toList();
  }

  /** Its files, relative to the root. */
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return BUILT.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path relative = ROOT.relativize(file);
            if (globs.stream().anyMatch(glob -> glob.matches(relative))) {
              files.add(relative);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files.stream().sorted().toList();
  }

  static String read(Path file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
