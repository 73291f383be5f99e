package io.normact.job.output;

import io.normact.files.Disk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a path leads: to a file or folder, which need not exist, by way of links. The links count
 * too, since whoever takes away a link takes away what is read through it. But who writes to a path
 * takes away no link that stands above its end.
 *
 * <p>On this machine an existing folder is known by what the file system says it is. So links,
 * mounts and names in another case are seen through. Elsewhere a folder is known by its qualified
 * path.
 *
 * @param path the end of the way, links followed
 * @param isLocal whether that is on this machine
 * @param ways the steps from the root to the end, and to each link that the path's last name is. A
 *     step is the identity of what exists, or the name of what does not exist or is a link
 * @param passed the steps to each link above that
 */
record Location(Path path, boolean isLocal, List<List<Object>> ways, List<List<Object>> passed) {

  private static final int MOST_LINKS = 40;

  /** Schemes that are further names of one store. */
  private static final Map<String, String> STORES =
      Map.of(
          "s3a",
          "s3",
          "s3n",
          "s3",
          "webhdfs",
          "hdfs",
          "swebhdfs",
          "hdfs",
          "abfss",
          "abfs",
          "wasbs",
          "wasb");

  /** What a name is on this file system, so that a missing one is not taken for an identity. */
  private record Name(String text) {}

  /**
   * Follows a path to its end.
   *
   * @throws IOException if links lead in a circle
   * @throws IllegalArgumentException if the text is no path
   */
  static Location of(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    Path qualified = fs.makeQualified(path);
    return Disk.isLocal(fs) ? local(qualified, file(qualified)) : remote(fs, qualified, conf);
  }

  /** Where a file on this machine is that is named as the machine does. */
  static Location ofLocal(String path) throws IOException {
    java.nio.file.Path file = new File(path).toPath().toAbsolutePath();
    // Hadoop would take the text "link/.." out, where the machine goes up from the link's end.
    return local(new Path("file", null, file.toString()), file);
  }

  /** Where something in this folder leads to. */
  Location child(String name, Configuration conf) throws IOException {
    List<List<Object>> links = new ArrayList<>(passed);
    links.addAll(ways.subList(0, ways.size() - 1));
    List<Object> steps = new ArrayList<>(ways.get(ways.size() - 1));
    Path below = below(path, name);
    if (isLocal) {
      java.nio.file.Path folder = file(path);
      java.nio.file.Path file = folder.resolve(name);
      if (Files.isSymbolicLink(file)) {
        Location end = of(below, conf);
        links.addAll(end.passed);
        return new Location(end.path, true, end.ways, links);
      }
      steps.add(step(folder, file));
    } else {
      steps.add(new Name(name));
    }
    return new Location(below, isLocal, List.of(steps), links);
  }

  /** Whether links lead to another place than the path names. */
  boolean isLinked() {
    return ways.size() + passed.size() > 1;
  }

  /** The place in words: as the machine names it, if it is there. */
  String shown() {
    return isLocal ? path.toUri().getPath() : path.toString();
  }

  /** Whether this is the other one or holds it, or a link that leads to it. */
  boolean holds(Location other) {
    return ways.stream()
        .anyMatch(
            way ->
                Stream.concat(other.ways.stream(), other.passed.stream())
                    .anyMatch(it -> leads(way, it)));
  }

  /** Whether either holds the other, or they are the same. */
  boolean overlaps(Location other) {
    return holds(other) || other.holds(this);
  }

  /** Whether the second way goes through the end of the first one. */
  private static boolean leads(List<Object> way, List<Object> other) {
    int known = way.size() - 1;
    while (way.get(known) instanceof Name) {
      known--;
    }
    int at = other.lastIndexOf(way.get(known));
    int end = at + way.size() - known;
    return at >= 0
        && end <= other.size()
        && way.subList(known, way.size()).equals(other.subList(at, end));
  }

  private static Location local(Path path, java.nio.file.Path start) throws IOException {
    List<List<Object>> ways = new ArrayList<>();
    List<List<Object>> passed = new ArrayList<>();
    java.nio.file.Path at = start.getRoot();
    List<Object> steps = new ArrayList<>(List.of(step(null, at)));
    Deque<java.nio.file.Path> names = new ArrayDeque<>();
    start.forEach(names::add);
    while (!names.isEmpty()) {
      java.nio.file.Path name = names.pop();
      if (name.toString().equals("..")) {
        at = at.getParent() == null ? at : at.getParent();
        steps.subList(Math.max(1, steps.size() - 1), steps.size()).clear();
        continue;
      }
      java.nio.file.Path next = at.resolve(name).normalize();
      if (next.equals(at)) {
        continue;
      }
      if (!Files.isSymbolicLink(next)) {
        steps.add(step(at, next));
        at = next;
        continue;
      }
      List<Object> link = new ArrayList<>(steps);
      link.add(name(at, next));
      (names.isEmpty() ? ways : passed).add(link);
      if (ways.size() + passed.size() > MOST_LINKS) {
        throw new IOException(
            String.format(Locale.ROOT, "Path '%s' leads over links in a circle.", path));
      }
      java.nio.file.Path target = Files.readSymbolicLink(next);
      if (target.isAbsolute()) {
        at = target.getRoot();
        steps.subList(1, steps.size()).clear();
      }
      List<java.nio.file.Path> onward = new ArrayList<>();
      target.forEach(onward::add);
      for (int i = onward.size() - 1; i >= 0; i--) {
        names.push(onward.get(i));
      }
    }
    Path end =
        ways.isEmpty() && passed.isEmpty()
            ? path
            : new Path(path.toUri().getScheme(), path.toUri().getAuthority(), at.toString());
    ways.add(steps);
    return new Location(end, true, ways, passed);
  }

  private static java.nio.file.Path file(Path path) {
    return new File(path.toUri().getPath()).toPath().toAbsolutePath();
  }

  /** A name may hold a colon, which would make a scheme of it. */
  private static Path below(Path folder, String name) {
    return new Path(
        folder.toUri().getScheme(),
        folder.toUri().getAuthority(),
        folder.toUri().getPath() + "/" + name);
  }

  /** What the file system knows an existing file or folder by; else its name in this folder. */
  private static Object step(java.nio.file.Path folder, java.nio.file.Path path)
      throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return name(folder, path);
    }
    Object key =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    return key != null ? key : path.toRealPath(LinkOption.NOFOLLOW_LINKS).toString();
  }

  private static Name name(java.nio.file.Path folder, java.nio.file.Path path) throws IOException {
    String text = path.getFileName().toString();
    return new Name(ignoresCase(folder) ? text.toLowerCase(Locale.ROOT) : text);
  }

  /** Whether names in this folder are the same in capitals, as far as those above it tell. */
  private static boolean ignoresCase(java.nio.file.Path folder) throws IOException {
    for (java.nio.file.Path at = folder; at.getFileName() != null; at = at.getParent()) {
      String name = at.getFileName().toString();
      String other = name.toUpperCase(Locale.ROOT);
      if (other.equals(name)) {
        other = name.toLowerCase(Locale.ROOT);
      }
      if (!other.equals(name) && Files.exists(at)) {
        java.nio.file.Path same = at.resolveSibling(other);
        return Files.exists(same) && Files.isSameFile(at, same);
      }
    }
    return false;
  }

  private static Location remote(FileSystem fs, Path qualified, Configuration conf)
      throws IOException {
    Path end = qualified;
    if (fs.supportsSymlinks() || fs.getChildFileSystems() != null) {
      // Only what exists can be resolved; what is missing has its place in what exists.
      Deque<String> missing = new ArrayDeque<>();
      while (end.getParent() != null && !fs.exists(end)) {
        missing.push(end.getName());
        end = end.getParent();
      }
      end = fs.resolvePath(end);
      for (String name : missing) {
        end = below(end, name);
      }
    }
    List<List<Object>> ways = new ArrayList<>();
    ways.add(names(qualified));
    if (!end.equals(qualified) && Disk.isLocal(end.getFileSystem(conf))) {
      // A view of this machine's folders.
      Location local = local(end, file(end));
      ways.addAll(local.ways);
      return new Location(local.path, true, ways, local.passed);
    }
    if (!end.equals(qualified)) {
      ways.add(names(end));
    }
    return new Location(end, false, ways, List.of());
  }

  private static List<Object> names(Path path) {
    List<Object> steps = new ArrayList<>(List.of(root(path)));
    Arrays.stream(path.toUri().getPath().split("/", -1))
        .filter(name -> !name.isEmpty())
        .map(Name::new)
        .forEach(steps::add);
    return steps;
  }

  /**
   * The file system that a qualified path names, without its port, which may be left out where it
   * is the usual one.
   */
  static String root(Path path) {
    String scheme = path.toUri().getScheme().toLowerCase(Locale.ROOT);
    String host = path.toUri().getHost();
    return STORES.getOrDefault(scheme, scheme)
        + "://"
        + (host == null ? path.toUri().getAuthority() : host.toLowerCase(Locale.ROOT));
  }
}
