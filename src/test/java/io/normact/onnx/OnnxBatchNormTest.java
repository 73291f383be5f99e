package io.normact.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.ml.BatchNormModel;
import io.normact.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers of models in the shapes of two exporters, made by hand: torch.onnx.export of {@code
 * Sequential(BatchNorm1d(2), LeakyReLU(0.1))} writes weights as initializers with raw data; tf2onnx
 * of Keras' {@code BatchNormalization} writes names with slashes and float_data, and the function
 * as the next node.
 */
@Tag("thorough")
class OnnxBatchNormTest {

  private static final int FLOAT = 1;

  @TempDir private Path folder;

  private static Message raw(String name, float... values) {
    return raw(name, values, new int[] {values.length});
  }

  private static Message raw(String name, float[] values, int[] dimensions) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    Message tensor = new Message();
    for (int dimension : dimensions) {
      tensor.number(1, dimension);
    }
    return tensor.number(2, FLOAT).text(8, name).bytes(9, bytes.array());
  }

  /** As float_data, packed. */
  private static Message packed(String name, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return new Message()
        .number(1, values.length)
        .number(2, FLOAT)
        .bytes(4, bytes.array())
        .text(8, name);
  }

  private static Message node(
      String name, String operator, List<String> inputs, String output, Message... attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, name).text(4, operator);
    for (Message attribute : attributes) {
      node.message(5, attribute);
    }
    return node;
  }

  private static Message attribute(String name, float value) {
    return new Message().text(1, name).single(2, value).number(20, 1);
  }

  private Path torch() throws IOException {
    Message graph =
        new Message()
            .message(
                1,
                node(
                    "/0/BatchNormalization",
                    "BatchNormalization",
                    List.of("input", "0.weight", "0.bias", "0.running_mean", "0.running_var"),
                    "/0/BatchNormalization_output_0",
                    attribute("epsilon", 1e-5f),
                    attribute("momentum", 0.9f)))
            .message(
                1,
                node(
                    "/1/LeakyRelu",
                    "LeakyRelu",
                    List.of("/0/BatchNormalization_output_0"),
                    "output",
                    attribute("alpha", 0.1f)))
            .text(2, "main_graph")
            .message(5, raw("0.weight", 1.5f, -1))
            .message(5, raw("0.bias", 0.25f, 0))
            .message(5, raw("0.running_mean", 3, 4))
            .message(5, raw("0.running_var", 2, 0.5f));
    return write("torch.onnx", graph);
  }

  private Path keras() throws IOException {
    String name = "StatefulPartitionedCall/sequential/batch_normalization/batchnorm/add_1";
    Message graph =
        new Message()
            .message(
                1,
                node(
                    name,
                    "BatchNormalization",
                    List.of("x:0", "gamma:0", "beta:0", "moving_mean:0", "moving_variance:0"),
                    name + ":0",
                    attribute("epsilon", 1e-3f)))
            .message(
                1, node("StatefulPartitionedCall/Sigmoid", "Sigmoid", List.of(name + ":0"), "y:0"))
            .message(5, packed("gamma:0", 1, 1))
            .message(5, packed("beta:0", 0, 2))
            .message(5, packed("moving_mean:0", 0.5f, -1))
            .message(5, packed("moving_variance:0", 4, 9));
    return write("keras.onnx", graph);
  }

  private Path write(String name, Message graph) throws IOException {
    Message model =
        new Message().number(1, 8).message(7, graph).message(8, new Message().number(2, 13));
    return Files.write(folder.resolve(name), model.toBytes());
  }

  @Test
  void torchsLayer() throws IOException {
    BatchNormModel model = BatchNormModel.ofOnnx(torch().toString(), "/0/BatchNormalization");
    assertThat(model.mean()).isEqualTo(Vectors.dense(3, 4));
    assertThat(model.variance()).isEqualTo(Vectors.dense(2, 0.5));
    assertThat(model.gamma()).isEqualTo(Vectors.dense(1.5, -1));
    assertThat(model.beta()).isEqualTo(Vectors.dense(0.25, 0));
    assertThat(model.getEpsilon()).isEqualTo(1e-5);
    assertThat(model.getActivation()).hasToString("leaky_relu(alpha=0.1)");
  }

  @Test
  void kerasLayer() throws IOException {
    String node = "StatefulPartitionedCall/sequential/batch_normalization/batchnorm/add_1";
    BatchNormModel model = BatchNormModel.ofOnnx(keras().toString(), node);
    assertThat(model.mean()).isEqualTo(Vectors.dense(0.5, -1));
    assertThat(model.beta()).isEqualTo(Vectors.dense(0, 2));
    assertThat(model.getEpsilon()).isEqualTo(1e-3);
    assertThat(model.getActivation()).hasToString("sigmoid");
  }

  /**
   * A layer named bn, of x into y, and nodes behind it: "z = Mul y 0.5" takes a result and a number
   * of its own; alpha=2 is an attribute, axis:1 an integer and approximate:tanh a text.
   */
  private Path layer(int opset, String nodes, String... outputs) throws IOException {
    Message graph = new Message();
    graph.message(
        1, node("bn", "BatchNormalization", List.of("x", "gamma", "beta", "mean", "var"), "y"));
    graph.message(5, raw("gamma", 1.5f, -1)).message(5, raw("beta", 0.25f, 0));
    graph.message(5, raw("mean", 0.5f, -1)).message(5, raw("var", 2, 0.5f));
    graph.message(5, raw("weights", new float[] {1, 2, 3, 4}, new int[] {2, 2}));
    graph.message(5, raw("slopes", 0.5f, 2));
    int made = 0;
    for (String each : nodes.isEmpty() ? new String[0] : nodes.split("; ", 0)) {
      String[] sides = each.split(" = ", 2);
      Message node = new Message();
      String[] words = sides[1].split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        if (words[i].matches("-?[0-9.]+(e-?[0-9]+)?")) {
          String name = "c" + made++;
          graph.message(5, raw(name, new float[] {Float.parseFloat(words[i])}, new int[0]));
          node.text(1, name);
        } else if (words[i].contains("=")) {
          String[] pair = words[i].split("=", 2);
          node.message(5, attribute(pair[0], Float.parseFloat(pair[1])));
        } else if (words[i].contains(":")) {
          String[] pair = words[i].split(":", 2);
          Message attribute = new Message().text(1, pair[0]);
          node.message(
              5,
              pair[1].matches("-?[0-9]+")
                  ? attribute.number(3, Long.parseLong(pair[1])).number(20, 2)
                  : attribute.text(4, pair[1]).number(20, 3));
        } else {
          node.text(1, words[i].equals("_") ? "" : words[i]);
        }
      }
      node.text(2, sides[0]).text(3, sides[0]).text(4, words[0]);
      graph.message(1, node);
    }
    graph.text(2, "main_graph").message(11, rows("x"));
    for (String output : outputs) {
      graph.message(12, rows(output));
    }
    Message model =
        new Message().number(1, 8).message(7, graph).message(8, new Message().number(2, opset));
    return Files.write(folder.resolve("layer.onnx"), model.toBytes());
  }

  private static Message rows(String name) {
    Message shape =
        new Message()
            .message(1, new Message().text(2, "batch"))
            .message(1, new Message().number(1, 2));
    Message tensor = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /**
   * As exporters write functions: torch's of opset 17 and 20, tf2onnx' of Keras 2 and 3, and other
   * spellings of the same.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "17 | z = Relu y | relu",
        "17 | z = Clip y 0 6 | relu6",
        "10 | z = Clip y min=0 max=6 | relu6",
        "17 | a = Relu y; z = Clip a 0 6 | relu6",
        "17 | a = Min y 6; z = Relu a | relu6",
        "17 | z = Clip y 0 | relu",
        "17 | z = Clip y -1 1 | hard_tanh(min=-1.0, max=1.0)",
        "17 | a = Max y -0.5; z = Min a 2 | hard_tanh(min=-0.5, max=2.0)",
        "17 | z = HardSigmoid y alpha=0.16666667 | hard_sigmoid(alpha=0.16666666666666666, beta=0.5)",
        "17 | z = HardSigmoid y | hard_sigmoid(alpha=0.2, beta=0.5)",
        "17 | a = Mul y 0.2; b = Add a 0.5; z = Clip b 0 1 | hard_sigmoid(alpha=0.2, beta=0.5)",
        "17 | a = Add y 3; b = Relu a; c = Min b 6; z = Mul c 0.16666667"
            + " | hard_sigmoid(alpha=0.16666666666666666, beta=0.5)",
        "17 | z = HardSwish y | hard_swish",
        "13 | a = Add y 3; b = Clip a 0 6; c = Div b 6; z = Mul y c | hard_swish",
        "13 | a = HardSigmoid y alpha=0.16666667 beta=0.5; z = Mul y a | hard_swish",
        "17 | a = Sigmoid y; z = Mul y a | silu",
        "17 | a = Sigmoid y; z = Mul a y | silu",
        "17 | a = Mul y 1.702; b = Sigmoid a; z = Mul y b | swish(beta=1.702)",
        "18 | z = Mish y | mish",
        "17 | a = Softplus y; b = Tanh a; z = Mul y b | mish",
        "20 | z = Gelu y | gelu",
        "20 | z = Gelu y approximate:none | gelu",
        "20 | z = Gelu y approximate:tanh | gelu_tanh",
        "17 | a = Div y 1.4142135; b = Erf a; c = Add b 1; d = Mul y c; z = Mul d 0.5 | gelu",
        "17 | h = Mul y 0.5; a = Mul y 0.70710677; b = Erf a; c = Add 1 b; z = Mul h c | gelu",
        "17 | a = Pow y 3; b = Mul a 0.044715; c = Add y b; d = Mul c 0.7978846; e = Tanh d;"
            + " f = Add e 1; g1 = Mul y f; z = Mul 0.5 g1 | gelu_tanh",
        "17 | a = Mul y y; b = Mul a y; c = Mul 0.044715 b; d = Add c y; e = Mul d 0.7978846;"
            + " f = Tanh e; h = Add f 1; i = Mul y 0.5; z = Mul i h | gelu_tanh",
        "17 | a = Mul y y; b = Mul a 0.044715; c = Add b 1; d = Mul y 0.7978846; e = Mul d c;"
            + " f = Tanh e; h = Add f 1; i = Mul y 0.5; z = Mul i h | gelu_tanh",
        "17 | z = PRelu y 0.25 | prelu(alpha=0.25)",
        "17 | a = Relu y; b = Neg y; c = Relu b; d = Mul c -0.1; z = Add a d | prelu(alpha=0.1)",
        "17 | z = LeakyRelu y | leaky_relu(alpha=0.01)",
        "17 | z = LeakyRelu y alpha=0.3 | leaky_relu(alpha=0.3)",
        "17 | z = Selu y | selu",
        "17 | z = Selu y alpha=1.6732632 gamma=1.050701 | selu",
        "17 | z = Selu y alpha=0.5 gamma=1 | elu(alpha=0.5)",
        "17 | z = Elu y | elu(alpha=1.0)",
        "17 | z = Elu y alpha=0.1 | elu(alpha=0.1)",
        "17 | z = Celu y alpha=2 | celu(alpha=2.0)",
        "17 | z = ThresholdedRelu y alpha=0.5 | thresholded_relu(theta=0.5)",
        "17 | z = Tanh y | tanh",
        "17 | a = Tanh y; z = Sub y a | tanh_shrink",
        "17 | z = Softsign y | softsign",
        "17 | a = Abs y; b = Add a 1; z = Div y b | softsign",
        "17 | z = Softplus y | softplus(beta=1.0)",
        "17 | a = Mul y 2; b = Softplus a; z = Div b 2 | softplus(beta=2.0)",
        "17 | a = Exp y; b = Add a 1; z = Log b | softplus(beta=1.0)",
        "17 | a = Sigmoid y; z = Log a | log_sigmoid",
        "17 | a = Neg y; b = Softplus a; z = Neg b | log_sigmoid",
        "17 | z = Sigmoid y | sigmoid",
        "17 | a = Neg y; b = Exp a; c = Add b 1; z = Reciprocal c | sigmoid",
        "17 | z = Exp y | exponential",
        "17 | z = Shrink y lambd=0.3 bias=0.3 | soft_shrink(lambda=0.3)",
        "17 | z = Shrink y | hard_shrink(lambda=0.5)",
        "17 | z = Softmax y axis:1 | softmax",
        "12 | z = Softmax y | softmax",
        "17 | z = LogSoftmax y | log_softmax",
        "17 | a = Neg y; z = Softmax a axis:-1 | softmin",
        // What keeps numbers as they are doesn't hide it, and what comes behind it is another
        // layer.
        "17 | a = Identity y; b = Dropout a; z = Relu b | relu",
        "17 | a = Relu y; z = MatMul a weights | relu",
        "17 | a = Relu y; z = Mul a 2 | relu",
        "17 | a = Sigmoid y; z = Tanh a | sigmoid",
        "17 | a = Clip y _ 6; z = Relu a | relu6"
      })
  void functionsAsExportersWriteThem(int opset, String nodes, String function) throws IOException {
    Path file = layer(opset, nodes, "z");
    BatchNormModel model = BatchNormModel.ofOnnx(file.toString(), "bn");
    assertThat(model.getActivation()).hasToString(function);
    assertThat(model.isSet(model.fittedSlopes())).isFalse();
    boolean laterLayer = nodes.contains("MatMul") || nodes.endsWith("Mul a 2");
    if (!laterLayer && !nodes.endsWith("Tanh a")) {
      assertThatTheRuntimeAgrees(file, model);
    }
  }

  /** Some of a float's digits: the runtime's own sigmoid has no more. */
  private void assertThatTheRuntimeAgrees(Path file, BatchNormModel model) throws IOException {
    Path saved = folder.resolve("saved");
    LocalSpark.session();
    model.setInputCol("x").setOutputCol("z").write().overwrite().save(saved.toString());
    Scorer scorer = Scorer.load(saved);
    double[][] rows = {{0.5, -1}, {3, 4}, {-2, 0.25}, {-9, 7}, {1.25, -1.5}, {0, 0.125}};
    try (RuntimeModel runtime = new RuntimeModel(Files.readAllBytes(file), true)) {
      double[][] results = runtime.run(rows);
      for (int i = 0; i < rows.length; i++) {
        double[] expected = scorer.score(rows[i]);
        for (int j = 0; j < 2; j++) {
          assertThat(results[i][j])
              .as("%s, number %d", Arrays.toString(rows[i]), j)
              .isCloseTo(expected[j], within(1e-4 * Math.max(1, Math.abs(expected[j]))));
        }
      }
    }
  }

  /** What comes next puts numbers together, or there is nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "z = MatMul y weights",
        "z = Gemm y weights; w = Relu z",
        "z = Add y x",
        "a = MatMul y weights; z = Add a y",
        "a = Identity y; z = Concat a x axis:1",
        "s = Shape y; a = Reshape y s; z = MatMul a weights",
        "z = Dropout y"
      })
  void otherLayersFollow(String nodes) throws IOException {
    Path file = layer(17, nodes, "z");
    assertThat(BatchNormModel.ofOnnx(file.toString(), "bn").getActivation())
        .hasToString("identity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "z = Sign y | Sign",
        "z = Mul y 2 | Mul(#,x)",
        "z = Clip y 3 | Max(#,x)",
        "z = Mul y slopes | Mul(#,x)",
        "a = Greater y 0; z = Where a y x | Greater",
        "z = Selu y alpha=1 gamma=2 | Mul(#,Elu(x,#))",
        "z = Elu y alpha=-1 | Elu(x,#)",
        "z = Shrink y lambd=0.5 bias=0.25 | Shrink(x,#,#)",
        "z = Softmax y axis:0 | Softmax",
        "a = Transpose y; z = Softmax a axis:1 | Softmax(x)",
        "a = Relu y; z = Add a y | Max(#,x), Add(Max(#,x),x)",
        "a = Relu y; z = MatMul y weights | Max(#,x)",
        "a = Mul y y; b = Mul a a; c = Mul b b; d = Mul c c; e = Mul d d; z = Mul e e"
            + " | Mul(x,x), Mul(x,x,x,x), Mul(x,x,x,x,x,x,x,x), Mul",
      })
  void whatIsNotUnderstoodIsAnError(String nodes, String what) throws IOException {
    String path = layer(17, nodes, "z").toString();
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(path, "bn"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Node 'bn' is followed by "
                + what
                + ", which is no function of normact's that all of its result goes through; name the activation, identity for the layer alone.");
    assertThat(BatchNormModel.ofOnnx(path, "bn", "identity").getActivation())
        .hasToString("identity");
    assertThat(BatchNormModel.ofOnnx(path, "bn", "elu(alpha=2)").getActivation())
        .hasToString("elu(alpha=2.0)");
  }

  /** An operator of opset 24, which this runtime is too old for. */
  @Test
  void swish() throws IOException {
    String path = layer(24, "z = Swish y alpha=1.702", "z").toString();
    assertThat(BatchNormModel.ofOnnx(path, "bn").getActivation()).hasToString("swish(beta=1.702)");
  }

  /** A result that the model gives as well as its relu is none that is taken through relu. */
  @Test
  void severalOutputs() throws IOException {
    String path = layer(17, "z = Relu y", "z", "y").toString();
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(path, "bn"))
        .hasMessageStartingWith("Node 'bn' is followed by Max(#,x), which is no function");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "z = PRelu y slopes",
        "a = Relu y; b = Neg y; c = Relu b; d = Mul c slopes; z = Sub a d"
      })
  void slopesOfEachFeature(String nodes) throws IOException {
    Path file = layer(17, nodes, "z");
    BatchNormModel model = BatchNormModel.ofOnnx(file.toString(), "bn");
    assertThat(model.getActivation().name()).isEqualTo("prelu");
    assertThat(model.get(model.fittedSlopes()).get()).containsExactly(0.5, 2);
    assertThatTheRuntimeAgrees(file, model);
  }

  @Test
  void whatIsNoLayer() throws IOException {
    String path = torch().toString();
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(path, "bn"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The model has no BatchNormalization named 'bn'; it has '/0/BatchNormalization'.");
    Path missing = folder.resolve("missing.onnx");
    for (Path file : List.of(missing, folder)) {
      assertThatThrownBy(() -> BatchNormModel.ofOnnx(file.toString(), "bn"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage(
              "File '%s' can't be read, but must be a model of ONNX on this machine.", file);
    }
    Path broken = folder.resolve("broken.onnx");
    byte[] bytes = Files.readAllBytes(torch());
    for (int length : new int[] {0, 3, bytes.length / 2}) {
      Files.write(broken, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> BatchNormModel.ofOnnx(broken.toString(), "bn"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The file is no model of ONNX: ");
    }
    Path folded =
        write("folded.onnx", new Message().message(1, node("c", "Conv", List.of("x"), "y")));
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(folded.toString(), "bn"))
        .hasMessage(
            "The model has no BatchNormalization named 'bn'; it has none, as exporters fold such a layer into the Conv, Gemm or MatMul before it; export it without that.");
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(path, "/0/BatchNormalization", "reelu"))
        .hasMessageContaining("did you mean 'relu'?");
    Path elsewhere =
        write(
            "elsewhere.onnx",
            new Message()
                .message(
                    1, node("bn", "BatchNormalization", List.of("x", "g", "b", "m", "v"), "y")));
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(elsewhere.toString(), "bn"))
        .hasMessage(
            "Node 'bn' takes 'm', whose numbers are not in the model; export it in one file, with its weights.");
  }
}
