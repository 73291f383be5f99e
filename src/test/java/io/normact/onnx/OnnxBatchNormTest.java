package io.normact.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layers of models in the shapes of two exporters, made by hand: torch.onnx.export of {@code
 * Sequential(BatchNorm1d(2), LeakyReLU(0.1))} writes weights as initializers with raw data; tf2onnx
 * of Keras' {@code BatchNormalization} writes names with slashes and float_data, and the function
 * as the next node.
 */
class OnnxBatchNormTest {

  private static final int FLOAT = 1;

  @TempDir private Path folder;

  private static Message raw(String name, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return new Message()
        .number(1, values.length)
        .number(2, FLOAT)
        .text(8, name)
        .bytes(9, bytes.array());
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

  @Test
  void whatIsNoLayer() throws IOException {
    String path = torch().toString();
    assertThatThrownBy(() -> BatchNormModel.ofOnnx(path, "bn"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The model has no BatchNormalization named 'bn'; it has /0/BatchNormalization.");
    Path broken = folder.resolve("broken.onnx");
    byte[] bytes = Files.readAllBytes(torch());
    for (int length : new int[] {0, 3, bytes.length / 2}) {
      Files.write(broken, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> BatchNormModel.ofOnnx(broken.toString(), "bn"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The file is no model of ONNX: ");
    }
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
