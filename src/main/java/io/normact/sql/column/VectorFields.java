package io.normact.sql.column;

/** The struct that Spark keeps an ML vector in. */
public final class VectorFields {

  /** 0 for a sparse vector, 1 for a dense one. */
  public static final int TYPE = 0;

  /** The length of a sparse vector; null in a dense one. */
  public static final int SIZE = 1;

  /** Where the values of a sparse vector stand; null in a dense one. */
  public static final int INDICES = 2;

  public static final int VALUES = 3;

  /** How many fields there are. */
  public static final int COUNT = 4;

  static final byte SPARSE = 0;
  public static final byte DENSE = 1;

  private VectorFields() {}
}
