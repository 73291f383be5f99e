package io.normact.math;

import io.normact.math.array.Scratch;
import io.normact.math.array.VectorLoop;
import java.util.Arrays;

/** Prints a hash of the bits that every function and every row operation gives, in its own JVM. */
public final class FunctionBits {
  private FunctionBits() {}

  public static void main(String[] args) {
    System.out.println(VectorLoop.AVAILABLE + " " + hash());
  }

  public static long hash() {
    double[] x = ActivationSamples.inputs(2 * Scratch.BLOCK + 13, 21);
    double[] y = new double[x.length];
    long hash = 1;
    for (Definition definition : Definition.all()) {
      ActivationFunction f = definition.create();
      f.values(x, y);
      hash = 31 * hash + bits(y);
      if (f.elementwise()) {
        f.slopes(x, y);
        hash = 31 * hash + bits(y);
        hash = 31 * hash + bits(Arrays.stream(x).map(f::value).toArray());
        hash = 31 * hash + bits(Arrays.stream(x).map(f::slope).toArray());
      }
    }
    return hash;
  }

  private static long bits(double[] y) {
    return Arrays.hashCode(Arrays.stream(y).mapToLong(Double::doubleToRawLongBits).toArray());
  }
}
