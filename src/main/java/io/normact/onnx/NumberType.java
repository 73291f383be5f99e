package io.normact.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** The numbers that a model computes with. */
enum NumberType {
  /** Single: what most runtimes and devices are made for. */
  FLOAT32(1, 1e30, 1e15) {
    @Override
    double nearest(double value) {
      float rounded = (float) value;
      if (Double.isFinite(value)
          && (Float.isInfinite(rounded) || (value != 0 && Math.abs(rounded) < Float.MIN_NORMAL))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "The model holds the number %s, which is beyond float32; choose the precision float64.",
                value));
      }
      return rounded;
    }

    @Override
    double notAbove(double value) {
      float rounded = (float) value;
      return rounded > value ? Math.nextDown(rounded) : rounded;
    }

    @Override
    byte[] bytes(double[] values) {
      ByteBuffer buffer =
          ByteBuffer.allocate(Message.length((long) Float.BYTES * values.length))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (double value : values) {
        buffer.putFloat((float) value);
      }
      return buffer.array();
    }
  },
  /** Double: what Spark's columns and normact compute with. */
  FLOAT64(11, 1e300, 1e120) {
    @Override
    double nearest(double value) {
      return value;
    }

    @Override
    double notAbove(double value) {
      return value;
    }

    @Override
    byte[] bytes(double[] values) {
      ByteBuffer buffer =
          ByteBuffer.allocate(Message.length((long) Double.BYTES * values.length))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (double value : values) {
        buffer.putDouble(value);
      }
      return buffer.array();
    }
  };

  /** TensorProto.DataType. */
  final int type;

  /** A number that is as good as infinite, and whose sum with 1 is finite. */
  final double huge;

  /** A number whose square is finite. */
  final double hugeRoot;

  NumberType(int type, double huge, double hugeRoot) {
    this.type = type;
    this.huge = huge;
    this.hugeRoot = hugeRoot;
  }

  /**
   * The number of this precision that is nearest.
   *
   * @throws IllegalArgumentException if the number is finite and beyond the precision
   */
  abstract double nearest(double value);

  /** What is left of a number that {@link #nearest} has rounded; too little is 0. */
  double rest(double low) {
    double rounded = (float) low;
    return this == FLOAT64 || Math.abs(rounded) < Float.MIN_NORMAL ? 0 : rounded;
  }

  /** The greatest number of this precision that is not above: x is above both or none. */
  abstract double notAbove(double value);

  /** The numbers as TensorProto.raw_data has them. */
  abstract byte[] bytes(double[] values);

  static NumberType of(String name) {
    for (NumberType precision : values()) {
      if (precision.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT, "Option precision is '%s', but must be float32 or float64.", name));
  }
}
