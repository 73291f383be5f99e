package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that come as columns have the moments that they have one by one. */
class ColumnMomentsTest {

  private static double value(Random random, int feature) {
    return switch (feature % 6) {
      case 0 -> random.nextInt(100);
      case 1 -> random.nextGaussian() * Math.exp(9 * random.nextGaussian());
      case 2 -> random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian();
      case 3 -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
      case 4 -> random.nextInt(99) == 0 ? Double.NEGATIVE_INFINITY : 1e9 + random.nextDouble();
      default -> 0;
    };
  }

  private static double weight(Random random, String weights) {
    return switch (weights) {
      case "one" -> 1;
      case "safe" -> random.nextInt(3) == 0 ? 1 : random.nextDouble() + 1e-9;
      default -> random.nextInt(50) == 0 ? 1e300 : random.nextInt(50) == 0 ? 1e-300 : 0.3;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "0, one",
    "1, one",
    "7, one",
    "200, one",
    "6, safe",
    "6, any",
    "1500, one",
    "1500, safe"
  })
  void sameBytes(int features, String weights) {
    Random random = new Random(features);
    ColumnMoments columns = new ColumnMoments(features);
    Moments expected = new Moments(features);
    for (int rows : new int[] {0, 1, 511, 512, 700, 3}) {
      double[][] values = new double[features][rows + 2];
      double[] weight = new double[rows];
      for (int i = 0; i < rows; i++) {
        double[] row = new double[features];
        for (int j = 0; j < features; j++) {
          row[j] = value(random, j);
          values[j][i] = row[j];
        }
        weight[i] = weight(random, weights);
        expected.add(row, weight[i]);
      }
      double[] given = weights.equals("one") ? null : weight;
      columns.count(given, rows);
      for (int j = 0; j < features; j++) {
        columns.add(j, values[j], given, rows);
      }
    }
    Moments found = columns.end();
    assertThat(found.toBytes()).isEqualTo(expected.toBytes());
    assertThat(found.means()).isEqualTo(expected.means());
    assertThat(found.variances()).isEqualTo(expected.variances());
    found.merge(expected);
    expected.merge(expected);
    assertThat(found.toBytes()).isEqualTo(expected.toBytes());
  }
}
