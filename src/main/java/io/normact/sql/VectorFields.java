package io.normact.sql;

/** The struct that Spark keeps an ML vector in. */
final class VectorFields {

  /** 0 for a sparse vector, 1 for a dense one. */
  static final int TYPE = 0;

  /** The length of a sparse vector; null in a dense one. */
  static final int SIZE = 1;

  /** Where the values of a sparse vector stand; null in a dense one. */
  static final int INDICES = 2;

  static final int VALUES = 3;

  /** How many fields there are. */
  static final int COUNT = 4;

  static final byte SPARSE = 0;
  static final byte DENSE = 1;

  private VectorFields() {}
}
