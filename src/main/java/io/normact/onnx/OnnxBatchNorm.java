package io.normact.onnx;

import io.normact.math.ActivationFunction;
import io.normact.onnx.FunctionFormula.Found;
import io.normact.text.Given;
import io.normact.text.NameList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A BatchNormalization node of a model of ONNX, as torch and Keras export it, with the activation
 * that follows. {@code io.normact.ml.BatchNormModel.ofOnnx} makes a stage of it.
 *
 * @param mean running means
 * @param variance running variances
 * @param gamma scales
 * @param beta shifts
 * @param epsilon what is added to the variances
 * @param activation the function that the node's result goes through next
 * @param slopes slopes below zero, one a feature, if the activation is a prelu whose features
 *     differ in them; else empty
 */
public record OnnxBatchNorm(
    double[] mean,
    double[] variance,
    double[] gamma,
    double[] beta,
    double epsilon,
    ActivationFunction activation,
    double[] slopes) {

  private static final String OPERATOR = "BatchNormalization";

  /**
   * Reads the node of this name, with the activation that follows it in the model.
   *
   * @param file a model, in the file system of this machine
   * @param node the node's name
   * @return what the node holds
   * @throws UncheckedIOException if the file can't be read
   * @throws IllegalArgumentException if the file is no model or has no BatchNormalization of that
   *     name, if the node's numbers are not in the model, or if what follows the node is neither a
   *     function of normact's nor another layer
   */
  public static OnnxBatchNorm read(Path file, String node) {
    return read(file, node, null);
  }

  /**
   * Reads the node of this name, with the given activation instead of what follows it in the model.
   *
   * @param file a model, in the file system of this machine
   * @param node the node's name
   * @param activation the activation; null for the one that the model has
   * @return what the node holds
   * @throws UncheckedIOException if the file can't be read
   * @throws IllegalArgumentException as for {@link #read(Path, String)}
   */
  public static OnnxBatchNorm read(Path file, String node, ActivationFunction activation) {
    Given.argument(node, "node", "the name of a node");
    Given.argument(file, "file", "the path of a model of ONNX");
    ModelGraph graph;
    try {
      graph = new ModelGraph(new ProtoReader(ByteBuffer.wrap(Files.readAllBytes(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(
              Locale.ROOT,
              "File '%s' can't be read, but must be a model of ONNX on this machine.",
              file),
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("The file is no model of ONNX: " + e.getMessage(), e);
    }
    return of(graph, node, named(graph, node), activation);
  }

  private static ProtoReader named(ModelGraph graph, String name) {
    List<String> known = new ArrayList<>();
    for (ProtoReader node : graph.nodes()) {
      if (node.text(4).equals(OPERATOR)) {
        if (node.text(3).equals(name)) {
          return node;
        }
        known.add(node.text(3));
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "The model has no BatchNormalization named '%s'; it has %s",
            name,
            known.isEmpty()
                ? "none, as exporters fold such a layer into the Conv, Gemm or MatMul before it; export it without that."
                : NameList.of(known) + "."));
  }

  private static OnnxBatchNorm of(
      ModelGraph graph, String name, ProtoReader node, ActivationFunction given) {
    List<String> inputs = node.texts(1);
    List<String> results = node.texts(2);
    if (inputs.size() != 5 || results.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Node '%s' has %d inputs and %d outputs, but must have 5 and at least 1.",
              name,
              inputs.size(),
              results.size()));
    }
    double[] mean = graph.numbers(name, inputs.get(3));
    Found found =
        given == null
            ? following(graph, name, results.get(0), mean.length)
            : new Found(given, new double[0]);
    return new OnnxBatchNorm(
        mean,
        graph.numbers(name, inputs.get(4)),
        graph.numbers(name, inputs.get(1)),
        graph.numbers(name, inputs.get(2)),
        ModelGraph.attribute(node, "epsilon", 1e-5),
        found.activation(),
        found.slopes());
  }

  private static Found following(ModelGraph graph, String name, String result, int features) {
    FollowingFunction following = new FollowingFunction(graph, result, features);
    Found found = following.find();
    if (found == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Node '%s' is followed by %s, which is no function of normact's that all of its result goes through; name the activation, identity for the layer alone.",
              name,
              following.text()));
    }
    return found;
  }
}
