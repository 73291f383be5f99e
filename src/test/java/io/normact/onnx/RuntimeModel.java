package io.normact.onnx;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model in onnxruntime, given rows of doubles whatever its precision. It is called by reflection,
 * so that who has no use for these tests needs none of its 75 megabytes to compile the others.
 */
final class RuntimeModel implements AutoCloseable {

  private static final String PACKAGE = "ai.onnxruntime.";

  private final Object environment;
  private final AutoCloseable session;
  private final boolean single;

  RuntimeModel(byte[] model, boolean single) {
    this.single = single;
    try {
      environment = type("OrtEnvironment").getMethod("getEnvironment").invoke(null);
      session = (AutoCloseable) call(environment, "createSession", byte[].class, model);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + name);
  }

  private static Object call(Object target, String method, Class<?> type, Object argument)
      throws ReflectiveOperationException {
    try {
      return target.getClass().getMethod(method, type).invoke(target, argument);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static Object call(Object target, String method) throws ReflectiveOperationException {
    return target.getClass().getMethod(method).invoke(target);
  }

  @SuppressWarnings("unchecked")
  private List<String> names(String method) {
    try {
      return List.copyOf((Set<String>) call(session, method));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  List<String> inputs() {
    return names("getInputNames");
  }

  List<String> outputs() {
    return names("getOutputNames");
  }

  @SuppressWarnings("unchecked")
  Map<String, String> metadata() {
    try {
      return (Map<String, String>) call(call(session, "getMetadata"), "getCustomMetadata");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The output of a model with one input and one output. */
  double[][] run(double[]... rows) {
    return run(Map.of(inputs().get(0), rows)).get(outputs().get(0));
  }

  Map<String, double[][]> run(Map<String, double[][]> rows) {
    Map<String, AutoCloseable> tensors = new LinkedHashMap<>();
    Map<String, double[][]> results = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, double[][]> each : rows.entrySet()) {
        Object tensor =
            type("OnnxTensor")
                .getMethod("createTensor", type("OrtEnvironment"), Object.class)
                .invoke(null, environment, single ? singles(each.getValue()) : each.getValue());
        tensors.put(each.getKey(), (AutoCloseable) tensor);
      }
      try (AutoCloseable result = (AutoCloseable) call(session, "run", Map.class, tensors)) {
        for (Object output : (Iterable<?>) result) {
          Map.Entry<?, ?> entry = (Map.Entry<?, ?>) output;
          Object value = type("OnnxValue").getMethod("getValue").invoke(entry.getValue());
          results.put((String) entry.getKey(), doubles(value));
        }
      }
      for (AutoCloseable tensor : tensors.values()) {
        tensor.close();
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return results;
  }

  private static float[][] singles(double[][] rows) {
    float[][] singles = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      singles[i] = new float[rows[i].length];
      for (int j = 0; j < rows[i].length; j++) {
        singles[i][j] = (float) rows[i][j];
      }
    }
    return singles;
  }

  private static double[][] doubles(Object rows) {
    double[][] doubles = new double[Array.getLength(rows)][];
    for (int i = 0; i < doubles.length; i++) {
      Object row = Array.get(rows, i);
      doubles[i] = new double[Array.getLength(row)];
      Arrays.setAll(doubles[i], j -> Array.getDouble(row, j));
    }
    return doubles;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
