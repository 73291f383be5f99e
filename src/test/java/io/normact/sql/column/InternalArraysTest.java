package io.normact.sql.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.junit.jupiter.api.Test;

/** Arrays are read alike in each form that Catalyst keeps them in. */
class InternalArraysTest {

  private final Random random = new Random(20);

  private static List<ArrayData> forms(double[] x) {
    return List.of(UnsafeArrayData.fromPrimitiveArray(x), new GenericArrayData(x));
  }

  @Test
  void oneNumberThatIsNotFiniteIsFoundWhereverItStands() {
    double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int length = 0; length < 12; length++) {
      double[] x = random.doubles(length, -1, 1).map(value -> value * Double.MAX_VALUE).toArray();
      for (ArrayData form : forms(x)) {
        assertThat(InternalArrays.allFinite(form)).isTrue();
      }
      for (int i = 0; i < length; i++) {
        double[] holed = x.clone();
        holed[i] = odd[i % odd.length];
        for (ArrayData form : forms(holed)) {
          assertThat(InternalArrays.allFinite(form)).as("%d of %d", i, length).isFalse();
        }
      }
    }
  }

  @Test
  void floatsAndIntegersAreReadFromEveryForm() {
    for (int length : new int[] {0, 1, 63, 64, 130}) {
      float[] floats = new float[length];
      int[] integers = random.ints(length).toArray();
      double[] expected = new double[length];
      for (int i = 0; i < length; i++) {
        floats[i] = random.nextFloat();
        expected[i] = floats[i];
      }
      double[] x = new double[length];
      int[] n = new int[length];
      for (ArrayData form :
          List.of(UnsafeArrayData.fromPrimitiveArray(floats), new GenericArrayData(floats))) {
        Arrays.fill(x, -1);
        assertThat(InternalArrays.readFloats(form, x)).isFalse();
        assertThat(x).isEqualTo(expected);
      }
      for (ArrayData form :
          List.of(UnsafeArrayData.fromPrimitiveArray(integers), new GenericArrayData(integers))) {
        Arrays.fill(n, -1);
        InternalArrays.readInts(form, n);
        assertThat(n).isEqualTo(integers);
      }
      if (length > 0) {
        UnsafeArrayData holed = UnsafeArrayData.fromPrimitiveArray(floats);
        holed.setNullAt(length - 1);
        expected[length - 1] = Double.NaN;
        assertThat(InternalArrays.readFloats(holed, x)).isTrue();
        assertThat(x).isEqualTo(expected);
      }
    }
  }
}
