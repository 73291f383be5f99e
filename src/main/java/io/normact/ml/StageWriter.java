package io.normact.ml;

import io.normact.onnx.OnnxExport;
import io.normact.sql.pass.DriverHeap;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
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

  /** Too few bytes to be asked about. */
  private static final long ALWAYS_WRITTEN = 2 << 20;

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
      checkSize(DriverHeap.present(), message(sparkSession().sparkContext()));
    }
    try {
      super.save(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most megabytes that get from a driver to the task that writes them. */
  private static long message(SparkContext context) {
    return context.isLocal()
        ? Long.MAX_VALUE
        : context.conf().getLong("spark.rpc.message.maxSize", DEFAULT_MESSAGE);
  }

  /**
   * Refuses a stage that is too large for the heap in which Spark makes JSON of it, or for a
   * message.
   */
  void checkSize(DriverHeap heap, long message) {
    long bytes = 0;
    for (Param<?> param : stage.params()) {
      if (stage.isSet(param) && stage.getOrDefault(param) instanceof String[] texts) {
        bytes += Arrays.stream(texts).mapToLong(String::length).sum();
      }
    }
    if (bytes > Math.max(heap.most(COPIES), ALWAYS_WRITTEN)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s takes %d MB where it is saved, but a driver with a heap of %d MB saves at most %d MB; %s.",
              stage.uid(),
              bytes >> 20,
              heap.bytes() >> 20,
              heap.most(COPIES) >> 20,
              DriverHeap.raise(bytes, COPIES)));
    }
    long megabytes = (bytes >> 20) + 2;
    if (megabytes > message) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s takes %d MB where it is saved, but spark.rpc.message.maxSize lets %d MB through to the task that writes it; set it to %d or more.",
              stage.uid(),
              megabytes,
              message,
              megabytes + 1));
    }
  }

  @Override
  public void saveImpl(String path) {
    if (onnx == null) {
      super.saveImpl(path);
      return;
    }
    Path file = new Path(path);
    try {
      FileSystem found = file.getFileSystem(sparkSession().sparkContext().hadoopConfiguration());
      // One file, without another for its checksum beside it.
      FileSystem files =
          found instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : found;
      try (OutputStream out = files.create(file, false)) {
        out.write(onnx);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
