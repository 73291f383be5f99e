package io.normact.math;

import io.normact.math.array.FiniteValues;
import io.normact.math.array.Scratch;
import io.normact.math.array.VectorLoop;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/**
 * The loops over arrays, once for every class of functions.
 *
 * <p>The just-in-time compiler profiles a call by the method that it stands in. A loop that calls
 * {@code value} of more than two classes becomes a loop of virtual calls. It neither inlines nor
 * vectorises any more (measured: 5 to 20 times slower). So the bytes of {@link Copy} are defined
 * anew, as a hidden class, for each class of functions. Each has a profile and machine code of its
 * own.
 *
 * <p>A transcendental function takes its array as it is. One that is longer than scratch it takes
 * block by block, from a copy: a loop over two arrays that may be one, at an offset, does not
 * vectorise.
 */
abstract class ArrayLoop {
  private static final ClassValue<ArrayLoop> LOOPS =
      new ClassValue<>() {
        @Override
        protected ArrayLoop computeValue(Class<?> type) {
          return copy(ArrayLoop.class.getResourceAsStream("ArrayLoop$Copy.class"));
        }
      };

  /** The loop of a function's class. */
  static ArrayLoop of(ActivationFunction function) {
    return LOOPS.get(function.getClass());
  }

  /** An instance of the class whose bytes are read, defined once more. */
  static ArrayLoop copy(InputStream bytes) {
    try (bytes) {
      return (ArrayLoop)
          MethodHandles.lookup()
              .defineHiddenClass(bytes.readAllBytes(), true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("Loop over arrays cannot be defined for a function.", e);
    }
  }

  abstract void values(ActivationFunction f, double[] x, double[] y);

  abstract void slopes(ActivationFunction f, double[] x, double[] y);

  abstract void values(Transcendental f, double[] x, double[] y);

  abstract void slopes(Transcendental f, double[] x, double[] y);

  /** The template. */
  static final class Copy extends ArrayLoop {
    Copy() {}

    @Override
    void values(ActivationFunction f, double[] x, double[] y) {
      for (int i = 0; i < x.length; i++) {
        y[i] = f.value(x[i]);
      }
    }

    @Override
    void slopes(ActivationFunction f, double[] x, double[] y) {
      for (int i = 0; i < x.length; i++) {
        y[i] = f.slope(x[i]);
      }
    }

    @Override
    void values(Transcendental f, double[] x, double[] y) {
      Scratch scratch = Scratch.ofThread();
      if (x.length <= Scratch.BLOCK) {
        values(f, x, scratch.results, y, x.length);
        return;
      }
      double[] u = scratch.inputs;
      for (int from = 0; from < x.length; from += Scratch.BLOCK) {
        int n = Math.min(Scratch.BLOCK, x.length - from);
        System.arraycopy(x, from, u, 0, n);
        values(f, u, scratch.results, u, n);
        System.arraycopy(u, 0, y, from, n);
      }
    }

    /** The values of a block x, by way of t, into y, which may be x. */
    private static void values(Transcendental f, double[] x, double[] t, double[] y, int n) {
      for (int i = 0; i < n; i++) {
        t[i] = f.argument(x[i]);
      }
      f.primitive().of(t, n);
      for (int i = 0; i < n; i++) {
        t[i] = f.refined(x[i], t[i]);
      }
      if (FiniteValues.all(x, n, VectorLoop.AVAILABLE)) {
        for (int i = 0; i < n; i++) {
          y[i] = f.value(x[i], t[i]);
        }
      } else {
        for (int i = 0; i < n; i++) {
          t[i] = f.value(x[i], t[i]);
        }
        for (int i = 0; i < n; i++) {
          y[i] = Double.isNaN(x[i]) ? x[i] + x[i] : t[i];
        }
      }
    }

    @Override
    void slopes(Transcendental f, double[] x, double[] y) {
      Scratch scratch = Scratch.ofThread();
      if (x.length <= Scratch.BLOCK) {
        slopes(f, x, scratch.results, y, x.length);
        return;
      }
      double[] u = scratch.inputs;
      for (int from = 0; from < x.length; from += Scratch.BLOCK) {
        int n = Math.min(Scratch.BLOCK, x.length - from);
        System.arraycopy(x, from, u, 0, n);
        slopes(f, u, scratch.results, u, n);
        System.arraycopy(u, 0, y, from, n);
      }
    }

    /** The slopes of a block x, by way of t, into y, which may be x. */
    private static void slopes(Transcendental f, double[] x, double[] t, double[] y, int n) {
      for (int i = 0; i < n; i++) {
        t[i] = f.slopeArgument(x[i]);
      }
      f.slopePrimitive().of(t, n);
      for (int i = 0; i < n; i++) {
        t[i] = f.slopeRefined(x[i], t[i]);
      }
      if (f instanceof GatedUnit gate) {
        slopes(gate, x, t, Scratch.ofThread().first, y, n);
      } else if (FiniteValues.all(x, n, VectorLoop.AVAILABLE)) {
        for (int i = 0; i < n; i++) {
          y[i] = f.slope(x[i], t[i]);
        }
      } else {
        for (int i = 0; i < n; i++) {
          t[i] = f.slope(x[i], t[i]);
        }
        for (int i = 0; i < n; i++) {
          y[i] = Double.isNaN(x[i]) ? x[i] + x[i] : t[i];
        }
      }
    }

    private static void slopes(
        GatedUnit f, double[] x, double[] t, double[] numerators, double[] y, int n) {
      for (int i = 0; i < n; i++) {
        numerators[i] = f.slopeNumerator(x[i], t[i]);
      }
      for (int i = 0; i < n; i++) {
        t[i] = f.slope(x[i], t[i], numerators[i]);
      }
      for (int i = 0; i < n; i++) {
        y[i] = f.isFarFromSlopeZero(x[i]) ? t[i] : f.slope(x[i]);
      }
    }
  }
}
