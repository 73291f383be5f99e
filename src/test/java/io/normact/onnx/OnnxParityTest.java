package io.normact.onnx;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnnxParityTest {
  static double[] inputs(boolean single) {
    Random random = new Random(1);
    List<Double> list = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      double x = random.nextGaussian() * Math.pow(10, random.nextInt(12) - 8);
      list.add(x);
      list.add((random.nextDouble() - 0.5) * 20);
      list.add((random.nextDouble() - 0.5) * (single ? 160 : 1400));
    }
    for (double x :
        new double[] {
          0,
          -0.0,
          1,
          -1,
          0.5,
          -0.5,
          3,
          -3,
          6,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          1e30,
          -1e30,
          1e-30,
          -1e-30
        }) {
      list.add(x);
    }
    return list.stream().mapToDouble(x -> single ? (float) (double) x : x).toArray();
  }

  static double ulps(double actual, double expected, boolean single) {
    if (single) {
      float a = (float) actual;
      float e = (float) expected;
      if (Float.isNaN(a) && Float.isNaN(e) || a == e) return 0;
      if (!Float.isFinite(a) || !Float.isFinite(e)) return Double.POSITIVE_INFINITY;
      return Math.abs((double) a - e) / Math.max(Math.ulp(e), Math.ulp(Float.MIN_NORMAL));
    }
    if (Double.isNaN(actual) && Double.isNaN(expected) || actual == expected) return 0;
    if (!Double.isFinite(actual) || !Double.isFinite(expected)) return Double.POSITIVE_INFINITY;
    return Math.abs(actual - expected) / Math.max(Math.ulp(expected), Math.ulp(Double.MIN_NORMAL));
  }

  @Test
  void table() {
    for (Definition d : Definition.all()) {
      StringBuilder line = new StringBuilder(d.signature());
      for (boolean single : new boolean[] {false, true}) {
        Activation stage =
            new Activation().setInputCol("x").setOutputCol("y").setFunction(d.signature());
        byte[] bytes = OnnxExport.of(stage).setPrecision(single ? "float32" : "float64").toBytes();
        double[] xs = inputs(single);
        double worst = 0, at = 0, got = 0, want = 0;
        try (RuntimeModel model = new RuntimeModel(bytes, single)) {
          if (d.elementwise()) {
            ActivationFunction f = d.create();
            double[][] rows = new double[xs.length][];
            for (int i = 0; i < xs.length; i++) rows[i] = new double[] {xs[i]};
            double[][] ys = model.run(rows);
            for (int i = 0; i < xs.length; i++) {
              double u = ulps(ys[i][0], f.value(xs[i]), single);
              if (!(u <= worst)) {
                worst = u;
                at = xs[i];
                got = ys[i][0];
                want = f.value(xs[i]);
              }
            }
          } else {
            ActivationFunction f = d.create();
            for (int i = 0; i + 7 < xs.length; i += 7) {
              double[] x = new double[7];
              System.arraycopy(xs, i, x, 0, 7);
              double[] y = new double[7];
              f.values(x, y);
              double[] z = model.run(x)[0];
              for (int j = 0; j < 7; j++) {
                double u = ulps(z[j], y[j], single);
                if (!(u <= worst)) {
                  worst = u;
                  at = x[j];
                  got = z[j];
                  want = y[j];
                }
              }
            }
          }
        }
        line.append(
            String.format(
                " | %s %.2f at %s: %s for %s", single ? "f32" : "f64", worst, at, got, want));
      }
      System.out.println(line);
    }
  }
}
