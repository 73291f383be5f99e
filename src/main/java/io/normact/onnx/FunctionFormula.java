package io.normact.onnx;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.math.Definition.ParameterDefinition;
import java.util.Arrays;
import java.util.List;

/** Which activation function a {@link NormalForm} is, as exporters write them. */
final class FunctionFormula {

  /** Of float32 constants, some of them products of others. */
  private static final double TOLERANCE = 1e-6;

  /** The defaults of ONNX's Selu, those of opset 6, float32. */
  static final double SELU_ALPHA = 1.6732632;

  static final double SELU_GAMMA = 1.050701;

  private static final double[] NO_SLOPES = {};

  private FunctionFormula() {}

  /**
   * What was found.
   *
   * @param activation the function
   * @param slopes those of a prelu, where features have different ones; else empty
   */
  record Found(ActivationFunction activation, double[] slopes) {}

  private static boolean near(double number, double expected) {
    return Math.abs(number - expected) <= TOLERANCE * Math.abs(expected);
  }

  /** The function with these parameters, if it may have them. */
  private static Found function(String name, double... parameters) {
    List<ParameterDefinition> definitions = Definition.named(name).parameters();
    for (int i = 0; i < parameters.length; i++) {
      if (!definitions.get(i).allows(parameters[i])) {
        return null;
      }
    }
    return new Found(ActivationFunction.of(name, parameters), NO_SLOPES);
  }

  private static Found when(boolean holds, String name, double... parameters) {
    return holds ? function(name, parameters) : null;
  }

  /** The function of this formula; null if it is none. */
  static Found known(NormalForm formula) {
    double[] c = formula.scalars();
    return switch (formula.shape()) {
      case "x" -> function("identity");
      case "Max(#,x)" -> when(c[0] == 0, "relu");
      case "Min(#,Max(#,x))" -> clamp(c[1], c[0]);
      case "Max(#,Min(#,x))" -> clamp(c[0], c[1]);
      case "LeakyRelu(x,#)" -> function("leaky_relu", c[0]);
      case "PRelu(x,#)" -> prelu(formula.constants().get(0), 1);
      // As Keras writes it: relu(x) - alpha * relu(-x).
      case "Add(Max(#,x),Mul(#,Max(#,Mul(#,x))))" ->
          c[0] == 0 && c[2] == 0 && c[3] == -1 ? prelu(formula.constants().get(1), -1) : null;
      case "ThresholdedRelu(x,#)" -> function("thresholded_relu", c[0]);
      case "Elu(x,#)" -> function("elu", c[0]);
      case "Celu(x,#)" -> function("celu", c[0]);
      case "Mul(#,Elu(x,#))" -> when(near(c[0], SELU_GAMMA) && near(c[1], SELU_ALPHA), "selu");
      case "Exp(x)" -> function("exponential");
      case "Sigmoid(x)" -> function("sigmoid");
      case "Reciprocal(Add(#,Exp(Mul(#,x))))" -> when(c[0] == 1 && c[1] == -1, "sigmoid");
      case "Log(Sigmoid(x))" -> function("log_sigmoid");
      case "Softplus(x)" -> function("softplus");
      case "Log(Add(#,Exp(x)))" -> when(c[0] == 1, "softplus");
      case "Mul(#,Softplus(Mul(#,x)))" ->
          c[0] == -1 && c[1] == -1
              ? function("log_sigmoid")
              : when(near(c[0] * c[1], 1), "softplus", c[1]);
      case "Softsign(x)" -> function("softsign");
      case "Mul(Reciprocal(Add(#,Abs(x))),x)" -> when(c[0] == 1, "softsign");
      case "Tanh(x)" -> function("tanh");
      case "Add(Mul(#,Tanh(x)),x)" -> when(c[0] == -1, "tanh_shrink");
      case "Mul(Sigmoid(x),x)" -> function("silu");
      case "Mul(Sigmoid(Mul(#,x)),x)" -> function("swish", c[0]);
      case "Mul(Tanh(Softplus(x)),x)" -> function("mish");
      case "Mul(Tanh(Log(Add(#,Exp(x)))),x)" -> when(c[0] == 1, "mish");
      case "Min(#,Max(#,Add(#,Mul(#,x))))" ->
          c[0] == 1 && c[1] == 0 ? hardSigmoid(c[3], c[2]) : null;
      case "Mul(#,Min(#,Max(#,Add(#,x))))" ->
          near(c[0] * c[1], 1) && c[2] == 0 ? hardSigmoid(c[0], c[3] / c[1]) : null;
      case "Mul(Min(#,Max(#,Add(#,Mul(#,x)))),x)" ->
          when(c[0] == 1 && c[1] == 0 && near(c[2], 0.5) && near(c[3], 1.0 / 6), "hard_swish");
      case "Mul(#,Min(#,Max(#,Add(#,x))),x)" ->
          when(near(c[0], 1.0 / 6) && c[1] == 6 && c[2] == 0 && c[3] == 3, "hard_swish");
      case "Shrink(x,#,#)" ->
          c[1] == 0 ? function("hard_shrink", c[0]) : when(c[0] == c[1], "soft_shrink", c[0]);
      case "Gelu(x)" -> function("gelu");
      case "GeluTanh(x)" -> function("gelu_tanh");
      case "Mul(#,Add(#,Erf(Mul(#,x))),x)" ->
          when(near(c[0], 0.5) && c[1] == 1 && near(c[2], Math.sqrt(0.5)), "gelu");
      case "Mul(#,Add(#,Tanh(Mul(#,Add(Mul(#,x,x,x),x)))),x)" ->
          when(isGelu(c[0], c[1], c[2], c[3]), "gelu_tanh");
      case "Mul(#,Add(#,Tanh(Mul(#,Add(#,Mul(#,x,x)),x))),x)" ->
          when(c[3] == 1 && isGelu(c[0], c[1], c[2], c[4]), "gelu_tanh");
      case "Softmax(x)" -> function("softmax");
      case "Softmax(Mul(#,x))" -> when(c[0] == -1, "softmin");
      case "LogSoftmax(x)" -> function("log_softmax");
      default -> null;
    };
  }

  private static boolean isGelu(double half, double one, double scale, double cubic) {
    return near(half, 0.5)
        && one == 1
        && near(scale, Math.sqrt(2 / Math.PI))
        && near(cubic, 0.044715);
  }

  private static Found clamp(double min, double max) {
    return min == 0 && max == 6 ? function("relu6") : when(min < max, "hard_tanh", min, max);
  }

  private static Found hardSigmoid(double alpha, double beta) {
    return function("hard_sigmoid", near(alpha, 1.0 / 6) ? 1.0 / 6 : alpha, beta);
  }

  private static Found prelu(double[] slopes, int sign) {
    double[] signed = Arrays.stream(slopes).map(slope -> sign * slope).toArray();
    boolean one = Arrays.stream(signed).allMatch(slope -> slope == signed[0]);
    return one ? function("prelu", signed[0]) : new Found(ActivationFunction.of("prelu"), signed);
  }
}
