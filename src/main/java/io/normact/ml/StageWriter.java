package io.normact.ml;

import io.normact.onnx.OnnxExport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.DefaultParamsWriter;
import scala.Option;

/**
 * Writes a stage as Spark's own stages are written. With the option {@code format} {@code onnx} it
 * writes one file of ONNX, with the options {@code precision} and {@code inputs} of {@link
 * OnnxExport}.
 */
final class StageWriter extends DefaultParamsWriter {

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
    try {
      super.save(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
