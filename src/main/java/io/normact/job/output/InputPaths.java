package io.normact.job.output;

import io.normact.job.spec.Failure;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/** The paths that a spec's input names, and what its patterns mean. */
final class InputPaths {

  private static final String PATTERN = ".*[*?{}\\[\\]\\\\].*";

  /**
   * A path or pattern.
   *
   * @param key where it stands in the spec
   */
  record Told(String key, String path) {

    private boolean isPattern() {
      return path.matches(PATTERN);
    }
  }

  private final List<Told> all = new ArrayList<>();
  private final Configuration conf;

  InputPaths(JobSpec.Input input, Configuration conf) {
    this.conf = conf;
    input.paths().forEach(path -> all.add(new Told("input.path", path)));
    input
        .options()
        .forEach(
            (name, value) -> {
              if (name.equalsIgnoreCase("path")) {
                all.add(new Told("input.options." + name, value));
              }
            });
  }

  /** The first key that names one; the whole input's if none does. */
  String key() {
    return all.isEmpty() ? "input" : all.get(0).key();
  }

  List<Told> plain() {
    return all.stream().filter(told -> !told.isPattern()).toList();
  }

  List<Told> patterns() {
    return all.stream().filter(Told::isPattern).toList();
  }

  /** What a pattern means now. */
  List<Path> found(Told pattern) throws IOException {
    FileStatus[] found;
    try {
      Path path = new Path(pattern.path());
      found = path.getFileSystem(conf).globStatus(path);
    } catch (IOException | IllegalArgumentException e) {
      if (Failure.isRefusal(e)) {
        throw SpecException.at(pattern.key(), e);
      }
      throw e;
    }
    return found == null ? List.of() : Arrays.stream(found).map(FileStatus::getPath).toList();
  }

  /** All that paths and patterns name. */
  Set<Path> roots() throws IOException {
    Set<Path> roots = new HashSet<>();
    for (Told told : all) {
      Path path = new Path(told.path());
      FileSystem fs = path.getFileSystem(conf);
      roots.add(fs.makeQualified(path));
      if (told.isPattern()) {
        roots.addAll(found(told));
      }
    }
    return roots;
  }

  /**
   * The folders that are listed down to a file, whichever links they are: a new file in one of them
   * is one more that is read. None where the file itself is what the input names.
   */
  static List<Path> listed(Path file, Set<Path> roots) {
    List<Path> listed = new ArrayList<>();
    for (Path up = file.getParent(); up != null; up = up.getParent()) {
      listed.add(up);
      if (roots.contains(up)) {
        return listed;
      }
    }
    return List.of();
  }

  /**
   * What a pattern would match, whether it is there or not: a folder by its names, and the rest of
   * the pattern below it.
   */
  record Meaning(Path folder, List<String> steps) {

    /** Whether a path lies in what the pattern would match, or is that. */
    boolean matches(Path path) {
      List<String> names = names(path);
      List<String> above = names(folder);
      int all = above.size() + steps.size();
      return String.valueOf(folder.toUri().getScheme()).equals(path.toUri().getScheme())
          && all <= names.size()
          && above.equals(names.subList(0, above.size()))
          && IntStream.range(0, steps.size())
              .allMatch(i -> new GlobPattern(steps.get(i)).matches(names.get(above.size() + i)));
    }
  }

  /** The pattern as it is written, and as it is behind links to the folders on its way. */
  List<Meaning> meanings(Told pattern) throws IOException {
    List<Meaning> meanings = new ArrayList<>();
    for (String plain : GlobExpander.expand(pattern.path())) {
      Path path = new Path(plain);
      FileSystem fs = path.getFileSystem(conf);
      Path whole = fs.makeQualified(path);
      List<String> steps = names(whole);
      for (Path up = whole.getParent(); up != null; up = up.getParent()) {
        List<String> below = steps.subList(up.depth(), steps.size());
        if (up.isRoot()) {
          meanings.add(new Meaning(up, below));
          break;
        }
        FileStatus[] found = fs.globStatus(up);
        for (FileStatus folder : found == null ? new FileStatus[0] : found) {
          Location end = Location.of(folder.getPath(), conf);
          if (end.isLinked()) {
            meanings.add(new Meaning(end.path(), below));
          }
        }
      }
    }
    return meanings;
  }

  private static List<String> names(Path path) {
    return Arrays.stream(path.toUri().getPath().split("/", -1))
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
