package io.normact.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.fault.FailingDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever a process is killed: the old one or the new one is found, and whole. */
class ReplacementTest {

  private static final int KILLED = 7;

  @TempDir private Path dir;

  @AfterEach
  void reset() {
    FailingDisk.failAt(0);
  }

  /** The local disk, under which the process ends before a change. */
  public static final class HaltingDisk extends LocalFileSystem {
    private static int left;

    /** Called by Hadoop. */
    public HaltingDisk() {
      super(
          new io.normact.job.fault.WatchedDisk() {
            @Override
            protected void change(org.apache.hadoop.fs.Path path) {
              if (--left == 0) {
                Runtime.getRuntime().halt(KILLED);
              }
            }
          });
    }
  }

  /** Replaces what is in a folder, and is killed before a change. */
  static final class Replacing {
    private Replacing() {}

    /** Called with what is replaced, the folder, and the number of the change. */
    public static void main(String[] args) throws IOException {
      Configuration conf = new Configuration();
      conf.set("fs.file.impl", HaltingDisk.class.getName());
      FileSystem files = FileSystem.get(Path.of("/").toUri(), conf);
      HaltingDisk.left = Integer.parseInt(args[2]);
      replace(args[0], files, args[1], "new");
    }
  }

  /** A file, two files that belong together, or a folder of two. */
  private static void replace(String what, FileSystem files, String dir, String text)
      throws IOException {
    try (Replacement a = new Replacement(files, new org.apache.hadoop.fs.Path(dir, "a"));
        Replacement b = new Replacement(files, new org.apache.hadoop.fs.Path(dir, "b"))) {
      if (what.equals("folder")) {
        for (String name : List.of("x", "y")) {
          try (OutputStream out =
              files.create(new org.apache.hadoop.fs.Path(a.fresh(), name), false)) {
            out.write(text.getBytes(UTF_8));
          }
        }
      } else {
        a.write(text.getBytes(UTF_8));
      }
      if (what.equals("files")) {
        b.write(text.getBytes(UTF_8));
        Replacement.put(a, b);
      } else {
        Replacement.put(a);
      }
    }
  }

  private static FileSystem local() throws IOException {
    return FileSystem.getLocal(new Configuration());
  }

  /** What is at a place: the text of a file, or those of the files in a folder. */
  private static List<String> content(Path place) throws IOException {
    if (Files.isRegularFile(place)) {
      return List.of(Files.readString(place));
    }
    List<String> texts = new ArrayList<>();
    if (Files.isDirectory(place)) {
      for (String name : List.of("x", "y")) {
        Path file = place.resolve(name);
        texts.add(Files.exists(file) ? Files.readString(file) : "none");
      }
    }
    return texts;
  }

  private static List<String> content(String what, String text) {
    return what.equals("folder") ? List.of(text, text) : List.of(text);
  }

  private List<String> hidden() throws IOException {
    try (Stream<Path> names = Files.list(dir)) {
      return names
          .map(name -> name.getFileName().toString())
          .filter(name -> name.startsWith("."))
          .toList();
    }
  }

  /** What one finds after a kill, and after the next replacement. */
  private void assertNothingIsLost(String what, String as) throws IOException {
    Path place = dir.resolve("a");
    var path = new org.apache.hadoop.fs.Path(place.toString());
    assertThat(content(place)).as(as).isIn(List.of(), content(what, "old"), content(what, "new"));
    if (content(place).isEmpty()) {
      assertThat(what).as(as).isEqualTo("folder");
      org.apache.hadoop.fs.Path left = Replacement.leftBeside(local(), path).orElseThrow();
      assertThat(content(dir.resolve(left.getName()))).as(as).isEqualTo(content(what, "old"));
      try (Replacement next = new Replacement(local(), path)) {
        assertThat(next.replaces()).isTrue();
      }
      assertThat(content(place)).as(as).isEqualTo(content(what, "old"));
      assertThat(hidden()).as(as).isEmpty();
    }
    assertThat(Replacement.leftBeside(local(), path)).as(as).isEmpty();
    replace(what, local(), dir.toString(), "next");
    assertThat(content(place)).as(as).isEqualTo(content(what, "next"));
  }

  private void begin(String what) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!file.equals(dir)) {
          Files.delete(file);
        }
      }
    }
    replace(what, local(), dir.toString(), "old");
    assertThat(hidden()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "files", "folder"})
  void whicheverIsTheLastChangeNothingIsLost(String what) throws Exception {
    Configuration conf = new Configuration();
    FailingDisk.register(conf);
    FileSystem failing = FileSystem.get(java.net.URI.create(FailingDisk.SCHEME + ":///"), conf);
    int deaths = 0;
    boolean died = true;
    for (int change = 1; died; change++) {
      begin(what);
      FailingDisk.dieAt(change);
      died = false;
      try {
        replace(what, failing, dir.toString(), "new");
      } catch (IOException e) {
        died = true;
        deaths++;
      }
      FailingDisk.failAt(0);
      if (what.equals("files")) {
        assertThat(content(dir.resolve("b"))).isIn(List.of("old"), List.of("new"));
      }
      assertNothingIsLost(what, what + " " + change);
    }
    assertThat(deaths).isGreaterThan(1);
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(strings = {"file", "files", "folder"})
  void aProcessThatIsHaltedLosesNothing(String what) throws Exception {
    int status = KILLED;
    int change = 0;
    while (status == KILLED) {
      begin(what);
      change++;
      status =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Replacing.class.getName(),
                  what,
                  dir.toString(),
                  Integer.toString(change))
              .inheritIO()
              .start()
              .waitFor();
      assertNothingIsLost(what, what + " " + change);
    }
    assertThat(status).isZero();
    assertThat(change).isGreaterThan(2);
  }

  /** Hadoop would compare the new file with the old one's checksum. */
  @Test
  void aChecksumOfWhatWasThereIsTakenAway() throws Exception {
    Path file = dir.resolve("a");
    try (OutputStream out = local().create(new org.apache.hadoop.fs.Path(file.toString()))) {
      out.write("old".getBytes(UTF_8));
    }
    assertThat(hidden()).containsExactly(".a.crc");
    replace("file", local(), dir.toString(), "new");
    assertThat(hidden()).isEmpty();
    try (var in = local().open(new org.apache.hadoop.fs.Path(file.toString()))) {
      assertThat(in.readAllBytes()).isEqualTo("new".getBytes(UTF_8));
    }
  }

  /** A link stays, and leads to the new one, whether it led to something before or not. */
  @Test
  void whatIsBehindALinkIsReplaced() throws Exception {
    Files.createDirectory(dir.resolve("in"));
    Files.createSymbolicLink(dir.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(dir.resolve("b"), dir.resolve("in/c"));
    for (String text : List.of("first", "second")) {
      replace("file", local(), dir.toString(), text);
      assertThat(dir.resolve("a")).isSymbolicLink();
      assertThat(dir.resolve("b")).isSymbolicLink();
      assertThat(dir.resolve("in/c")).isRegularFile().hasContent(text);
    }
  }

  @Test
  void checksumsAreSeenThrough() throws Exception {
    assertThat(Disk.withoutChecksums(local())).isExactlyInstanceOf(RawLocalFileSystem.class);
    assertThat(Disk.isLocal(local())).isTrue();
    assertThat(Disk.isLocal(Disk.withoutChecksums(local()))).isTrue();
    assertThat(Disk.beside(new org.apache.hadoop.fs.Path("/x/y:z"), "new").toString())
        .isEqualTo("/x/.y%3Az.normact-new");
  }
}
