package io.normact.onnx;

import io.normact.math.ActivationFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A BatchNormalization node of a model of ONNX, as torch and Keras export theirs, with the
 * activation that follows it.
 *
 * @param mean running means
 * @param variance running variances
 * @param gamma scales
 * @param beta shifts
 * @param epsilon what is added to the variances
 * @param activation the function of the one node that takes up the result, if that is a function;
 *     else identity
 */
public record OnnxBatchNorm(
    double[] mean,
    double[] variance,
    double[] gamma,
    double[] beta,
    double epsilon,
    ActivationFunction activation) {

  private static final int FLOAT = 1;
  private static final int DOUBLE = 11;

  /**
   * The node of this name.
   *
   * @param file a model, in the file system of this machine
   * @param node the node's name
   * @return what the node holds
   * @throws UncheckedIOException if the file can't be read
   * @throws IllegalArgumentException if it is no model, there is no BatchNormalization of that
   *     name, or its numbers don't stand in the model
   */
  public static OnnxBatchNorm read(Path file, String node) {
    ProtoReader graph;
    try {
      graph = only(new ProtoReader(ByteBuffer.wrap(Files.readAllBytes(file))).messages(7));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("The file is no model of ONNX: " + e.getMessage(), e);
    }
    return new Source(graph).batchNorm(node);
  }

  private static ProtoReader only(List<ProtoReader> graphs) {
    if (graphs.size() != 1) {
      throw new IllegalArgumentException("It has no graph.");
    }
    return graphs.get(0);
  }

  private static final class Source {
    private final List<ProtoReader> nodes;
    private final Map<String, ProtoReader> tensors = new HashMap<>();

    Source(ProtoReader graph) {
      nodes = graph.messages(1);
      for (ProtoReader tensor : graph.messages(5)) {
        tensors.put(tensor.text(8), tensor);
      }
      for (ProtoReader node : nodes) {
        if (node.text(4).equals("Constant")) {
          for (ProtoReader attribute : node.messages(5)) {
            attribute.messages(5).forEach(tensor -> tensors.put(node.text(2), tensor));
          }
        }
      }
    }

    OnnxBatchNorm batchNorm(String name) {
      List<String> known = new ArrayList<>();
      for (ProtoReader node : nodes) {
        if (node.text(4).equals("BatchNormalization")) {
          if (node.text(3).equals(name)) {
            return batchNorm(name, node);
          }
          known.add(node.text(3));
        }
      }
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The model has no BatchNormalization named '%s'; it has %s.",
              name,
              known.isEmpty() ? "none" : String.join(", ", known)));
    }

    private OnnxBatchNorm batchNorm(String name, ProtoReader node) {
      List<String> inputs = node.texts(1);
      if (inputs.size() != 5) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Node '%s' has %d inputs, but must have 5.", name, inputs.size()));
      }
      return new OnnxBatchNorm(
          numbers(name, inputs.get(3)),
          numbers(name, inputs.get(4)),
          numbers(name, inputs.get(1)),
          numbers(name, inputs.get(2)),
          attribute(node, "epsilon", 1e-5),
          following(node.texts(2).get(0)));
    }

    private double[] numbers(String node, String name) {
      ProtoReader tensor = tensors.get(name);
      if (tensor == null || tensor.number(14) != 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Node '%s' takes '%s', whose numbers are not in the model; export it in one file, with its weights.",
                node,
                name));
      }
      long type = tensor.number(2);
      if (type != FLOAT && type != DOUBLE) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Node '%s' takes '%s' of the type %d, but numbers must be float32 or float64.",
                node,
                name,
                type));
      }
      ByteBuffer raw = tensor.bytes(9);
      List<Object> numbers = new ArrayList<>();
      if (raw == null) {
        numbers = tensor.packed(type == DOUBLE ? 10 : 4, type == DOUBLE);
      } else {
        while (raw.hasRemaining()) {
          numbers.add(type == DOUBLE ? (Object) raw.getDouble() : (Object) raw.getFloat());
        }
      }
      return numbers.stream().mapToDouble(number -> ((Number) number).doubleValue()).toArray();
    }

    /** Attributes are float32: 0.01 stands for itself and not for the float that is next to it. */
    private static double attribute(ProtoReader node, String name, double otherwise) {
      for (ProtoReader attribute : node.messages(5)) {
        if (attribute.text(1).equals(name)) {
          return Double.parseDouble(Float.toString(attribute.single(2)));
        }
      }
      return otherwise;
    }

    private ActivationFunction following(String result) {
      List<ProtoReader> takers = nodes.stream().filter(n -> n.texts(1).contains(result)).toList();
      ActivationFunction identity = ActivationFunction.of("identity");
      if (takers.size() != 1) {
        return identity;
      }
      ProtoReader node = takers.get(0);
      return switch (node.text(4)) {
        case "Relu" -> ActivationFunction.of("relu");
        case "Sigmoid" -> ActivationFunction.of("sigmoid");
        case "Tanh" -> ActivationFunction.of("tanh");
        case "Softsign" -> ActivationFunction.of("softsign");
        case "Softplus" -> ActivationFunction.of("softplus");
        case "Selu" -> node.messages(5).isEmpty() ? ActivationFunction.of("selu") : identity;
        case "Mish" -> ActivationFunction.of("mish");
        case "HardSwish" -> ActivationFunction.of("hard_swish");
        case "LeakyRelu" -> ActivationFunction.of("leaky_relu", attribute(node, "alpha", 0.01));
        case "Elu" -> ActivationFunction.of("elu", attribute(node, "alpha", 1));
        case "Celu" -> ActivationFunction.of("celu", attribute(node, "alpha", 1));
        case "ThresholdedRelu" ->
            ActivationFunction.of("thresholded_relu", attribute(node, "alpha", 1));
        case "HardSigmoid" ->
            ActivationFunction.of(
                "hard_sigmoid", attribute(node, "alpha", 0.2), attribute(node, "beta", 0.5));
        default -> identity;
      };
    }
  }
}
