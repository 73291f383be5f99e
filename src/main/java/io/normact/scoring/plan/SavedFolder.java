package io.normact.scoring.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** A folder in which Spark has saved a stage or a pipeline of them. */
public final class SavedFolder {

  private static final String PIPELINE = "PipelineModel";
  private static final String METADATA = "metadata";

  /** As a line, as texts of it, as their bytes, and as what is made of those; reckoned. */
  private static final int COPIES = 6;

  /** What the virtual machine and its classes take. */
  private static final long RESERVED = 32L << 20;

  /** Too few bytes to be asked about. */
  private static final long ALWAYS_READ = 2 << 20;

  private SavedFolder() {}

  /**
   * The stages in it, one for a stage, all in their order for a pipeline.
   *
   * @throws IllegalArgumentException if no stage was saved there, or it can't be read, or takes
   *     more than the heap has room for
   */
  public static List<SavedStage> stages(Path folder) {
    return stages(folder, Runtime.getRuntime().maxMemory());
  }

  /** The same in a heap of at most so many bytes. */
  static List<SavedStage> stages(Path folder, long heap) {
    checkSize(folder, heap);
    List<SavedStage> stages = new ArrayList<>();
    collect(folder, stages);
    return List.copyOf(stages);
  }

  private static void checkSize(Path folder, long heap) {
    if (!Files.isDirectory(metadata(folder))) {
      return; // Whoever reads says so.
    }
    long bytes;
    try (Stream<Path> files = Files.walk(folder)) {
      bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += isPart(file) && file.getParent().endsWith(METADATA) ? size(file) : 0;
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    long most = Math.max(heap - RESERVED, 0) / COPIES;
    if (bytes > Math.max(most, ALWAYS_READ)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage at '%s' takes %d MB, but a JVM with a heap of %d MB loads at most %d MB; raise -Xmx to %dm or more.",
              folder,
              bytes >> 20,
              heap >> 20,
              most >> 20,
              ((RESERVED + COPIES * bytes) >> 20) + 1));
    }
  }

  private static UncheckedIOException unreadable(Path folder, IOException e) {
    return new UncheckedIOException(
        String.format(Locale.ROOT, "Stage at '%s' can't be read: %s.", folder, e), e);
  }

  /** How long a file is once it is decompressed. */
  private static long size(Path part) throws IOException {
    try (InputStream bytes = Files.newInputStream(part);
        InputStream content = decompressed(part, bytes)) {
      return content == bytes
          ? Files.size(part)
          : content.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static Path metadata(Path folder) {
    return folder.resolve(METADATA);
  }

  private static boolean isPart(Path file) {
    return file.getFileName().toString().startsWith("part-");
  }

  private static void collect(Path folder, List<SavedStage> stages) {
    String place = String.format(Locale.ROOT, "Stage at '%s'", folder);
    SavedStage stage = SavedStage.parse(place, line(folder));
    if (!stage.simpleType().equals(PIPELINE)) {
      stages.add(stage);
      return;
    }
    List<String> uids = stage.texts("stageUids");
    int digits = Integer.toString(uids.size()).length();
    for (int i = 0; i < uids.size(); i++) {
      // As Pipeline.SharedReadWrite.getStagePath names them.
      String name = String.format(Locale.ROOT, "%0" + digits + "d_%s", i, uids.get(i));
      collect(folder.resolve("stages").resolve(name), stages);
    }
  }

  /** The line that the metadata are, in the part file that is not empty. */
  private static String line(Path folder) {
    Path metadata = metadata(folder);
    if (!Files.isDirectory(metadata)) {
      checkNotAside(folder);
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Folder '%s' holds no saved stage, since it has no folder 'metadata'.",
              folder));
    }
    try (Stream<Path> files = Files.list(metadata)) {
      List<Path> parts =
          files.filter(file -> isPart(file) && file.toFile().length() > 0).sorted().toList();
      if (parts.size() > 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Folder '%s' holds no saved stage, since its metadata are in '%s' and '%s', and a stage has one such file.",
                folder,
                parts.get(0).getFileName(),
                parts.get(1).getFileName()));
      }
      String line = parts.isEmpty() ? null : firstLine(parts.get(0));
      if (line != null) {
        return line;
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Folder '%s' holds no saved stage, since its metadata are empty, as when saving was broken off.",
            folder));
  }

  /** What is there under the name that a killed overwrite has left, is found by a person. */
  private static void checkNotAside(Path folder) {
    Path place = folder.toAbsolutePath();
    if (Files.exists(place) || place.getParent() == null || !Files.isDirectory(place.getParent())) {
      return;
    }
    String left = "\\Q." + place.getFileName() + ".normact-\\E[0-9a-f]{8}-old";
    try (Stream<Path> files = Files.list(place.getParent())) {
      Optional<Path> old =
          files.filter(file -> file.getFileName().toString().matches(left)).findFirst();
      if (old.isPresent()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Folder '%s' is missing, since an overwrite was killed; rename what was there back from '%s', or save the stage again.",
                folder,
                old.get().getFileName()));
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static String firstLine(Path part) throws IOException {
    try (InputStream bytes = Files.newInputStream(part);
        InputStream content = decompressed(part, bytes);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8))) {
      return lines.readLine();
    }
  }

  /** Hadoop compresses text files where the session says so, and names the codec by a suffix. */
  private static InputStream decompressed(Path part, InputStream bytes) throws IOException {
    String name = part.getFileName().toString();
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    return switch (name.indexOf('.') < 0 ? "txt" : suffix) {
      case "txt" -> bytes;
      case "gz" -> new GZIPInputStream(bytes);
      case "deflate" -> new InflaterInputStream(bytes);
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "File '%s' is compressed as %s, which Java can't read; save the stage without compression, or with gzip.",
                  part,
                  suffix));
    };
  }
}
