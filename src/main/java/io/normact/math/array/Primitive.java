package io.normact.math.array;

/** The functions of {@link Elementary} that have vector loops in {@link Simd}. */
public enum Primitive {
  /** {@link Elementary#scaledExp}. */
  SCALED_EXP {
    @Override
    public double of(double x) {
      return Elementary.scaledExp(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      VectorLoop.SCALED_EXP.run(x, y, n);
    }
  },

  /** {@link Elementary#exp}. */
  EXP {
    @Override
    public double of(double x) {
      return Elementary.exp(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      VectorLoop.EXP.run(x, y, n);
    }
  },

  /** {@link Elementary#expm1}. */
  EXPM1 {
    @Override
    public double of(double x) {
      return Elementary.expm1(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      VectorLoop.EXPM1.run(x, y, n);
    }
  },

  /** {@link Elementary#scaledLog1pExp}. */
  SCALED_LOG1P_EXP {
    @Override
    public double of(double x) {
      return Elementary.scaledLog1pExp(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      VectorLoop.SCALED_EXP.run(x, y, n);
      VectorLoop.SCALED_LOG1P.run(y, y, n);
    }
  },

  /** {@link Elementary#logistic}. */
  LOGISTIC {
    @Override
    public double of(double x) {
      return Elementary.logistic(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      VectorLoop.LOGISTIC.run(x, y, n);
    }
  },

  /** {@link Elementary#tanh}. */
  TANH {
    @Override
    public double of(double x) {
      return Elementary.tanh(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      VectorLoop.TANH.run(x, y, n);
    }
  },

  /** {@link Elementary#scaledNormalTail}. */
  SCALED_NORMAL_TAIL {
    @Override
    public double of(double x) {
      return Elementary.scaledNormalTail(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      normalTail(VectorLoop.SCALED_NORMAL_TAIL, x, y, n);
    }
  },

  /** {@link Elementary#scaledNormalTailExcess}. */
  SCALED_NORMAL_TAIL_EXCESS {
    @Override
    public double of(double x) {
      return Elementary.scaledNormalTailExcess(x);
    }

    @Override
    void vectors(double[] x, double[] y, int n) {
      normalTail(VectorLoop.SCALED_NORMAL_TAIL_EXCESS, x, y, n);
    }
  };

  /** The primitive of one number. */
  public abstract double of(double x);

  /** The primitive of n numbers, n a multiple of {@link Simd#LANES}, in vector registers. */
  abstract void vectors(double[] x, double[] y, int n);

  /** The primitive of the first n numbers of scratch, in place. */
  public void of(double[] scratch, int n) {
    of(scratch, n, VectorLoop.AVAILABLE);
  }

  /** The same with or without vector registers. */
  public void of(double[] scratch, int n, boolean inVectors) {
    if (inVectors) {
      // What is beyond n is old, and garbage when this is done.
      vectors(scratch, scratch, (n + Simd.LANES - 1) & -Simd.LANES);
    } else {
      oneByOne(scratch, scratch, n);
    }
  }

  /** The primitive of all numbers of x, into y; for those whose vectors need no scratch. */
  public void of(double[] x, double[] y) {
    of(x, y, VectorLoop.AVAILABLE);
  }

  /** The same with or without vector registers. */
  public void of(double[] x, double[] y, boolean inVectors) {
    if (inVectors) {
      int whole = x.length & -Simd.LANES;
      vectors(x, y, whole);
      int rest = x.length - whole;
      if (rest > 0) {
        double[] t = Scratch.ofThread().results;
        System.arraycopy(x, whole, t, 0, rest);
        of(t, rest, true);
        System.arraycopy(t, 0, y, whole, rest);
      }
    } else {
      oneByOne(x, y, x.length);
    }
  }

  private static void normalTail(VectorLoop last, double[] x, double[] y, int n) {
    Scratch scratch = Scratch.ofThread();
    VectorLoop.SCALED_GAUSSIAN.run(x, scratch.first, n);
    VectorLoop.NORMAL_TAIL_SERIES.run(x, scratch.second, scratch.third, n);
    last.run(x, scratch.second, scratch.third, scratch.first, n);
    System.arraycopy(scratch.first, 0, y, 0, n);
  }

  private void oneByOne(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = of(x[i]);
    }
  }
}
