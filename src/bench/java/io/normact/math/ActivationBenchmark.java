package io.normact.math;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
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

/**
 * Nanoseconds a value over arrays of 128 normal numbers: the array forms, the scalar form in a
 * loop, and the formula as it is often written over {@link Math}, which is faster nowhere it is
 * accurate.
 *
 * <p>Before it measures, every function runs over the array, as in a JVM that serves many.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ActivationBenchmark.N)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
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
    "sparse_sigmoid"
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
      case "sigmoid" -> x -> 1 / (1 + Math.exp(-x));
      case "log_sigmoid" -> x -> -Math.log1p(Math.exp(-x));
      case "tanh" -> Math::tanh;
      case "tanh_shrink" -> x -> x - Math.tanh(x);
      case "softsign" -> x -> x / (1 + Math.abs(x));
      case "relu" -> x -> x > 0 ? x : 0;
      case "leaky_relu" -> x -> x > 0 ? x : 0.01 * x;
      case "elu", "celu" -> x -> x > 0 ? x : Math.expm1(x);
      case "selu" -> x -> x > 0 ? 1.0507009873554805 * x : 1.7580993408473768 * Math.expm1(x);
      case "exponential" -> Math::exp;
      case "gelu_tanh" -> x -> 0.5 * x * (1 + Math.tanh(0.7978845608 * (x + 0.044715 * x * x * x)));
      case "silu", "swish" -> x -> x / (1 + Math.exp(-x));
      case "mish" -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case "softplus" -> x -> Math.log1p(Math.exp(x));
      case "squareplus" -> x -> (x + Math.sqrt(x * x + 4)) / 2;
      default -> x -> Math.min(Math.max(x, -1), 1);
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
}
