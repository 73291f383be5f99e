package io.normact.math;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
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
 * Nanoseconds a value over arrays of 128 normal numbers: the array forms, the scalar form in a
 * loop, and the formula as it is often written over {@link Math} (for gelu over Commons Math, since
 * Java has no erf), which is off in the tails.
 *
 * <p>Before it measures, every function runs over the array, as in a JVM that serves many.
 *
 * <p>{@code ./mvnw -Pbenchmark -Dbenchmark=io.normact.math.ActivationBenchmark} measures all of it,
 * which takes 20 minutes, into target/benchmark/ActivationBenchmark.csv.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ActivationBenchmark.N)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgs = "--add-modules=jdk.incubator.vector")
public class ActivationBenchmark {
  static final int N = 128;

  @Param({
    "identity",
    "sigmoid",
    "log_sigmoid",
    "hard_sigmoid",
    "tanh",
    "hard_tanh",
    "tanh_shrink",
    "softsign",
    "soft_shrink",
    "hard_shrink",
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "thresholded_relu",
    "elu",
    "celu",
    "selu",
    "exponential",
    "gelu",
    "gelu_tanh",
    "silu",
    "swish",
    "hard_swish",
    "mish",
    "softplus",
    "squareplus",
    "sparse_plus",
    "sparse_sigmoid",
    "threshold",
    "cube",
    "rational_tanh",
    "rectified_tanh",
    "log1p",
    "signed_log1p",
    "logit"
  })
  String function;

  private ActivationFunction f;
  private DoubleUnaryOperator plain;
  private final double[] x = new double[N];
  private final double[] y = new double[N];

  @Setup
  public void setUp() {
    Random random = new Random(1);
    for (int i = 0; i < N; i++) {
      x[i] = 2 * random.nextGaussian();
    }
    for (int round = 0; round < 2000; round++) {
      for (Definition definition : Definition.all()) {
        definition.create().values(x, y);
      }
    }
    f = ActivationFunction.of(function);
    plain = plain(function);
  }

  private static DoubleUnaryOperator plain(String function) {
    return switch (function) {
      case "identity" -> x -> x;
      case "sigmoid" -> x -> 1 / (1 + Math.exp(-x));
      case "log_sigmoid" -> x -> -Math.log1p(Math.exp(-x));
      case "hard_sigmoid" -> x -> Math.min(Math.max(x / 6 + 0.5, 0), 1);
      case "threshold" -> x -> x > 0 ? x : 0;
      case "cube" -> x -> x * x * x;
      case "rational_tanh" ->
          x -> {
            double a = Math.abs(x) * 2 / 3;
            return 1.7159 * Math.signum(x) * (1 - 1 / (1 + a + a * a + 1.41645 * a * a * a * a));
          };
      case "rectified_tanh" -> x -> Math.max(Math.tanh(x), 0);
      case "log1p" -> Math::log1p;
      case "signed_log1p" -> x -> Math.copySign(Math.log1p(Math.abs(x)), x);
      case "logit" -> x -> Math.log(x / (1 - x));
      case "tanh" -> Math::tanh;
      case "hard_tanh" -> x -> Math.min(Math.max(x, -1), 1);
      case "tanh_shrink" -> x -> x - Math.tanh(x);
      case "softsign" -> x -> x / (1 + Math.abs(x));
      case "soft_shrink" -> x -> x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0;
      case "hard_shrink" -> x -> Math.abs(x) > 0.5 ? x : 0;
      case "relu" -> x -> x > 0 ? x : 0;
      case "relu6" -> x -> Math.min(Math.max(x, 0), 6);
      case "leaky_relu" -> x -> x > 0 ? x : 0.01 * x;
      case "prelu" -> x -> x > 0 ? x : 0.25 * x;
      case "thresholded_relu" -> x -> x > 1 ? x : 0;
      case "elu", "celu" -> x -> x > 0 ? x : Math.expm1(x);
      case "selu" -> x -> x > 0 ? 1.0507009873554805 * x : 1.7580993408473768 * Math.expm1(x);
      case "exponential" -> Math::exp;
      case "gelu" -> x -> 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
      case "gelu_tanh" -> x -> 0.5 * x * (1 + Math.tanh(0.7978845608 * (x + 0.044715 * x * x * x)));
      case "silu", "swish" -> x -> x / (1 + Math.exp(-x));
      case "hard_swish" -> x -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
      case "mish" -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case "softplus" -> x -> Math.log1p(Math.exp(x));
      case "squareplus" -> x -> (x + Math.sqrt(x * x + 4)) / 2;
      case "sparse_plus" -> x -> x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4;
      case "sparse_sigmoid" -> x -> Math.min(Math.max((x + 1) / 2, 0), 1);
      default ->
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "No plain loop of %s.", function));
    };
  }

  @Benchmark
  public double[] values() {
    f.values(x, y);
    return y;
  }

  @Benchmark
  public double[] slopes() {
    f.slopes(x, y);
    return y;
  }

  @Benchmark
  public double[] oneByOne() {
    for (int i = 0; i < N; i++) {
      y[i] = f.value(x[i]);
    }
    return y;
  }

  @Benchmark
  public double[] plainMath() {
    for (int i = 0; i < N; i++) {
      y[i] = plain.applyAsDouble(x[i]);
    }
    return y;
  }

  /** Measures everything, into a table in the folder given. */
  public static void main(String[] args) throws IOException, RunnerException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    new Runner(
            new OptionsBuilder()
                .include(ActivationBenchmark.class.getName())
                .resultFormat(ResultFormatType.CSV)
                .result(folder.resolve("ActivationBenchmark.csv").toString())
                .build())
        .run();
  }
}
