package io.normact.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model in onnxruntime, given rows of doubles whatever its precision. */
final class RuntimeModel implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final boolean single;

  RuntimeModel(byte[] model, boolean single) {
    this.single = single;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  List<String> inputs() {
    return List.copyOf(session.getInputNames());
  }

  List<String> outputs() {
    return List.copyOf(session.getOutputNames());
  }

  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  /** The output of a model with one input and one output. */
  double[][] run(double[]... rows) {
    return run(Map.of(inputs().get(0), rows)).get(outputs().get(0));
  }

  Map<String, double[][]> run(Map<String, double[][]> rows) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    Map<String, double[][]> results = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, double[][]> each : rows.entrySet()) {
        tensors.put(
            each.getKey(),
            OnnxTensor.createTensor(
                environment, single ? (Object) singles(each.getValue()) : each.getValue()));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          Object value = output.getValue().getValue();
          results.put(output.getKey(), single ? doubles((float[][]) value) : (double[][]) value);
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
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

  private static double[][] doubles(float[][] rows) {
    return Arrays.stream(rows)
        .map(
            row -> {
              double[] doubles = new double[row.length];
              Arrays.setAll(doubles, j -> row[j]);
              return doubles;
            })
        .toArray(double[][]::new);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
