package io.normact.math.exact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Time of a value added to {@link Moments}, over the same 65,536 values again and again, next to a
 * bare pass over them that sums up each column.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class MomentsBenchmark {
  private static final int VALUES = 1 << 16;

  /** The number of features. */
  @Param({"1", "32", "512", "4096"})
  public int features;

  /** Standard normal values, such around 10^6, or lognormal ones with sigma 5. */
  @Param({"normal", "offset", "lognormal"})
  public String data;

  private double[][] rows;
  private int[] indices;
  private Moments moments;
  private double[] sums;

  /** Makes the rows. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    rows = new double[VALUES / features][features];
    for (double[] row : rows) {
      Arrays.setAll(row, j -> value(random.nextGaussian()));
    }
    indices = new int[features];
    Arrays.setAll(indices, j -> j);
    moments = new Moments(features);
    sums = new double[features];
  }

  private double value(double z) {
    return switch (data) {
      case "normal" -> z;
      case "offset" -> 1e6 + z;
      default -> Math.exp(5 * z);
    };
  }

  /** Dense rows of weight 1. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public Moments dense() {
    for (double[] row : rows) {
      moments.add(row);
    }
    return moments;
  }

  /** Dense rows of a weight with all its bits in use. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public Moments weighted() {
    for (double[] row : rows) {
      moments.add(row, 0.3);
    }
    return moments;
  }

  /** Rows with nothing but non-zeros, as sparse ones. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public Moments sparse() {
    for (double[] row : rows) {
      moments.add(indices, row, features, 1);
    }
    return moments;
  }

  /** What reading the rows costs at least. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public double[] barePass() {
    for (double[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        sums[j] += row[j];
      }
    }
    return sums;
  }

  /** Measures all of it; the argument is the folder for results. */
  public static void main(String[] args) throws IOException, RunnerException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    new Runner(
            new OptionsBuilder()
                .include(MomentsBenchmark.class.getName())
                .resultFormat(ResultFormatType.CSV)
                .result(folder.resolve("MomentsBenchmark.csv").toString())
                .build())
        .run();
  }
}
