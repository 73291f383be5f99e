package io.normact.scoring.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is too large for the heap is refused before it is read. */
class SavedFolderTest {

  private static final long MB = 1 << 20;

  @TempDir private Path folder;

  private static Path part(Path stage, String name) throws IOException {
    return Files.createDirectories(stage.resolve("metadata")).resolve(name);
  }

  private static byte[] stage(String type, String params, int megabytes) {
    return ("{\"class\":\"%s\",\"uid\":\"u\",\"paramMap\":{%s\"long\":\"%s\"}}"
            .formatted(type, params, "A".repeat((int) (megabytes * MB))))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static long raised(String message) {
    return Long.parseLong(message.replaceAll(".*-Xmx to (\\d+)m or more[.]", "$1")) * MB;
  }

  /** Whether it is compressed or not; the heap that the message names is enough. */
  @Test
  void aLargeStageIsRefused() throws IOException {
    byte[] content = stage("a.B", "", 5);
    Path plain = folder.resolve("plain");
    Files.write(part(plain, "part-00000.txt"), content);
    Path gzip = folder.resolve("gzip");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(part(gzip, "part-00000.gz")))) {
      out.write(content);
    }
    Path deflated = folder.resolve("deflated");
    try (OutputStream out =
        new DeflaterOutputStream(Files.newOutputStream(part(deflated, "part-00000.deflate")))) {
      out.write(content);
    }
    for (Path saved : new Path[] {plain, gzip, deflated}) {
      String message =
          "Stage at '"
              + saved
              + "' takes 5 MB, but a JVM with a heap of 50 MB loads at most 3 MB; raise -Xmx to 63m or more.";
      assertThatThrownBy(() -> SavedFolder.stages(saved, 50 * MB))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThat(SavedFolder.stages(saved, raised(message))).hasSize(1);
      assertThat(SavedFolder.stages(saved)).hasSize(1);
    }
  }

  /** All stages of a pipeline are there at once. */
  @Test
  void theStagesOfAPipelineAreSummedUp() throws IOException {
    String uids = "\"stageUids\":[\"a\",\"b\"],";
    Files.write(part(folder, "part-00000"), stage("x.PipelineModel", uids, 0));
    for (String name : new String[] {"0_a", "1_b"}) {
      Files.write(part(folder.resolve("stages").resolve(name), "part-00000"), stage("a.B", "", 3));
    }
    assertThat(SavedFolder.stages(folder, 70 * MB)).hasSize(2);
    assertThatThrownBy(() -> SavedFolder.stages(folder, 60 * MB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Stage at '"
                + folder
                + "' takes 6 MB, but a JVM with a heap of 60 MB loads at most 4 MB; raise -Xmx to 69m or more.");
  }

  /** What is small is read in any heap, and what is no stage is said first. */
  @Test
  void smallStagesAreNotAskedAbout() throws IOException {
    Path small = folder.resolve("small");
    Files.write(part(small, "part-00000"), stage("a.B", "", 1));
    assertThat(SavedFolder.stages(small, 1)).hasSize(1);
    Files.write(folder.resolve("part-00000"), new byte[(int) (3 * MB)]);
    assertThatThrownBy(() -> SavedFolder.stages(folder, 1))
        .hasMessage(
            "Folder '" + folder + "' holds no saved stage, since it has no folder 'metadata'.");
  }
}
