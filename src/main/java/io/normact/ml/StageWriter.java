package io.normact.ml;

import io.normact.files.Replacement;
import io.normact.onnx.OnnxExport;
import io.normact.sql.pass.DriverHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsWriter;
import scala.Option;

/**
 * Writes a stage as Spark's own stages are written. With the option {@code format} {@code onnx} it
 * writes one file of ONNX, with the options {@code precision} and {@code inputs} of {@link
 * OnnxExport}.
 */
final class StageWriter extends DefaultParamsWriter {

  /** As texts, as JSON several times, and as a row that Spark writes; reckoned. */
  private static final int COPIES = 8;

  /** Spark's, in megabytes. */
  private static final long DEFAULT_MESSAGE = 128;

  /** The characters of a number in JSON, with a comma. */
  private static final int LONGEST_NUMBER = 25;

  /** Characters around a text and between its pieces. */
  private static final long AROUND = 1 << 13;

  /** Spark makes one text of all params, and none is longer. */
  private static final long LONGEST_TEXT = Integer.MAX_VALUE - 8;

  private static final String SPARK = "spark";
  private static final String ONNX = "onnx";

  private final Transformer stage;
  private byte[] onnx;

  StageWriter(Transformer stage) {
    super(stage);
    this.stage = stage;
  }

  private String value(String name, String otherwise) {
    Option<String> set = optionMap().get(name);
    return set.isDefined() ? set.get() : otherwise;
  }

  /** What can't be expressed is found before anything is written, or overwritten. */
  @Override
  public void save(String path) {
    Expect.given(path, "path", "where the stage is saved");
    String format = value("format", SPARK);
    switch (format.toLowerCase(Locale.ROOT)) {
      case SPARK -> onnx = null;
      case ONNX ->
          onnx =
              OnnxExport.of(stage)
                  .setPrecision(value("precision", "float32"))
                  .setInputs(value("inputs", "row"))
                  .toBytes();
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT, "Option format is '%s', but must be spark or onnx.", format));
    }
    if (onnx == null) {
      checkSize(DriverHeap.present(), message(sparkSession().sparkContext()), LONGEST_TEXT);
    }
    Path place = new Path(path);
    try (Replacement whole =
        new Replacement(
            place.getFileSystem(sparkSession().sparkContext().hadoopConfiguration()), place)) {
      if (whole.replaces() && !shouldOverwrite()) {
        throw new UncheckedIOException(
            String.format(
                Locale.ROOT,
                "Path '%s' already exists; choose another one, or call overwrite() on the writer.",
                path),
            new FileAlreadyExistsException(path));
      }
      if (onnx == null) {
        // Without a scheme where none was given: a server of Spark Connect saves models on its own
        // disk, past Hadoop.
        Path fresh = whole.fresh();
        saveImpl(
            (place.toUri().getScheme() == null
                    ? Path.getPathWithoutSchemeAndAuthority(fresh)
                    : fresh)
                .toString());
      } else {
        whole.write(onnx);
      }
      Replacement.put(whole);
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Stage can't be saved to '%s': %s", path, e.getMessage()), e);
    }
  }

  /** The most megabytes that get from a driver to the task that writes them. */
  private static long message(SparkContext context) {
    return context.isLocal()
        ? Long.MAX_VALUE
        : context.conf().getLong("spark.rpc.message.maxSize", DEFAULT_MESSAGE);
  }

  /**
   * Refuses a stage that is too large for the heap in which Spark makes JSON of it, for a message,
   * since Spark sends the JSON to a task as the row that it writes, or for a text.
   *
   * @param message megabytes of a message
   * @param text bytes of a text
   */
  void checkSize(DriverHeap heap, long message, long text) {
    List<Param<?>> set = Arrays.stream(stage.params()).filter(stage::isSet).toList();
    long bytes = set.stream().mapToLong(param -> mostBytes(param)).sum();
    if (!heap.holds(bytes, COPIES) || megabytes(bytes) > message || bytes > text) {
      // Numbers that are alike take less than that.
      bytes = set.stream().mapToLong(param -> bytes(param)).sum();
    }
    if (!heap.holds(bytes, COPIES)) {
      throw heap.refusal(
          String.format(
              Locale.ROOT, "Stage %s takes %d MB where it is saved", stage.uid(), bytes >> 20),
          bytes,
          COPIES,
          "saves");
    }
    if (bytes > text) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s takes %d MB where it is saved, but Spark saves a stage as one text, which holds at most %d MB; fit fewer features in one stage.",
              stage.uid(),
              bytes >> 20,
              text >> 20));
    }
    if (megabytes(bytes) > message) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s takes %d MB where it is saved, but spark.rpc.message.maxSize lets %d MB through to the task that writes it; set it to %d or more.",
              stage.uid(),
              megabytes(bytes),
              message,
              megabytes(bytes) + 1));
    }
  }

  /** Of the message, with what else stands in it. */
  private static long megabytes(long bytes) {
    return (bytes >> 20) + 2;
  }

  /** The bytes that a param takes in JSON at most, without making the JSON of what is long. */
  private <T> long mostBytes(Param<T> param) {
    T value = stage.getOrDefault(param);
    if (value instanceof double[] numbers) {
      return (long) LONGEST_NUMBER * numbers.length;
    }
    if (value instanceof int[] numbers) {
      return (long) LONGEST_NUMBER * numbers.length;
    }
    if (param instanceof LongTextsParam && value instanceof String[] texts) {
      // Of Base64 nothing is escaped.
      return Arrays.stream(texts).mapToLong(text -> text.length() + AROUND).sum();
    }
    return bytes(param);
  }

  /** The bytes that a param takes in JSON. */
  private <T> long bytes(Param<T> param) {
    return param.jsonEncode(stage.getOrDefault(param)).getBytes(StandardCharsets.UTF_8).length;
  }
}
