package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
  @ParameterizedTest
  @MethodSource("io.normact.math.ActivationSamples#elementwise")
  void textLeadsBack(ActivationFunction f) {
    assertThat(ActivationFunction.parse(f.toString())).isEqualTo(f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "relu | relu",
        " ReLU6 | relu6",
        "softmax() | softmax",
        "log_softmax | log_softmax",
        "softmin | softmin",
        "sparsemax | sparsemax",
        "elu | elu(alpha=1.0)",
        "ELU ( Alpha = 5e-1 ) | elu(alpha=0.5)",
        "hard_tanh(max=2) | hard_tanh(min=-1.0, max=2.0)",
        "hard_tanh(max=2,min=-2) | hard_tanh(min=-2.0, max=2.0)",
        "hard_sigmoid | hard_sigmoid(alpha=0.16666666666666666, beta=0.5)",
        "gelu_tanh | gelu_tanh",
        "squareplus(b=1) | squareplus(b=1.0)",
        "threshold(value=-0.0) | threshold(theta=0.0, value=0.0)",
        "layer_norm | layer_norm(epsilon=1.0E-5)",
        "rms_norm(epsilon=0) | rms_norm(epsilon=0.0)",
        "unit_norm | unit_norm(p=2.0)",
        "linear | identity",
        "logistic() | sigmoid",
        "hard_silu | hard_swish",
        "SoftShrink(lambda=1) | soft_shrink(lambda=1.0)",
        "hardtanh (max=2) | hard_tanh(min=-1.0, max=2.0)",
        "leakyrelu | leaky_relu(alpha=0.01)",
        "ReLU_6 | relu6"
      })
  void readsCaseAndBlanksAndDefaults(String text, String canonical) {
    assertThat(ActivationFunction.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sigmoyd | Activation function 'sigmoyd' is unknown; did you mean 'sigmoid'? Known are",
        "gauss | Activation function 'gauss' is unknown. Known are celu, ",
        "hardtan(min=0) | Activation function 'hardtan' is unknown; did you mean 'hard_tanh'?",
        "elu(beta=1) | Parameter 'beta' of elu is unknown: expected elu(alpha=1.0).",
        "relu(x=1) | Parameter 'x' of relu is unknown: the function takes no parameters.",
        "elu(0.5) | Parameter '0.5' of elu is not well formed: expected param=value; expected elu(alpha=1.0).",
        "elu(=1) | Parameter '=1' of elu is not well formed",
        "elu(alpha=1,) | Parameter '' of elu is not well formed",
        "elu(alpha=1, alpha=2) | Parameter alpha of elu is given twice: expected it once.",
        "elu(alpha=one) | Parameter alpha of elu is 'one', but must be a finite number above 0.0 and at most 1.0E50.",
        "elu(alpha=) | Parameter alpha of elu is '', but must be",
        "elu(alpha=-1) | Parameter alpha of elu is -1.0, but must be a finite number above 0.0 and at most 1.0E50.",
        "elu(alpha=0) | Parameter alpha of elu is 0.0, but must be",
        "elu(alpha=NaN) | Parameter alpha of elu is 'nan', but must be",
        "prelu(alpha=Infinity) | Parameter alpha of prelu is 'infinity', but must be a finite number.",
        "soft_shrink(lambda=-1) | Parameter lambda of soft_shrink is -1.0, but must be a finite number at least 0.0.",
        "swish(beta=1e51) | Parameter beta of swish is 1.0E51, but must be a finite number at least 1.0E-50 and at most 1.0E50.",
        "hard_tanh(min=2) | Parameter min of hard_tanh is 2.0, but must be below max, 1.0.",
        "elu(alpha=1 | Activation function 'elu(alpha=1' is not well formed: expected name or name(param=value, ...).",
        "elu alpha=1) | is not well formed",
        "elu(alpha=1)x | is not well formed",
        "elu((alpha=1) | is not well formed",
        "(alpha=1) | is not well formed"
      })
  void refusesWhatItDoesNotUnderstand(String text, String message) {
    assertThatThrownBy(() -> ActivationFunction.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void refusesNothing(String text) {
    assertThatThrownBy(() -> ActivationFunction.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Activation function is missing: expected a name such as 'sigmoid' or 'elu(alpha=0.5)', but got "
                + (text == null ? "null." : "'" + text + "'."));
  }

  /** No alias is a name, or one of two functions; messages speak of the name. */
  @Test
  void aliasesLeadToOneFunction() {
    List<String> names = Definition.all().stream().map(Definition::name).toList();
    List<String> aliases =
        Definition.all().stream().flatMap(definition -> definition.aliases().stream()).toList();
    assertThat(aliases).isNotEmpty().doesNotHaveDuplicates().doesNotContainAnyElementsOf(names);
    for (Definition definition : Definition.all()) {
      for (String alias : definition.aliases()) {
        assertThat(Definition.named(" " + alias.toUpperCase(Locale.ROOT) + " "))
            .isEqualTo(Definition.named(definition.name()));
        assertThat(ActivationFunction.of(alias)).isEqualTo(definition.create());
      }
    }
    assertThatThrownBy(() -> ActivationFunction.parse("hardtanh(low=1)"))
        .hasMessage(
            "Parameter 'low' of hard_tanh is unknown: expected hard_tanh(min=-1.0, max=1.0).");
  }

  @Test
  void parametersMayBeGivenByPosition() {
    assertThat(ActivationFunction.of("hard_tanh", -3)).hasToString("hard_tanh(min=-3.0, max=1.0)");
    assertThat(ActivationFunction.of(" Relu ")).hasToString("relu");
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0, 1e51}) {
      assertThatThrownBy(() -> ActivationFunction.of("elu", value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Parameter alpha of elu is %s, but must be a finite number above 0.0 and at most 1.0E50.",
              value);
    }
    assertThatThrownBy(() -> ActivationFunction.of("elu", 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Activation function elu takes at most 1 parameter, but got 2: [1.0, 2.0].");
  }

  @Test
  void definitionsDescribeThemselves() {
    Definition elu = ActivationFunction.of("elu").definition();
    assertThat(elu)
        .hasToString("elu(alpha=1.0)")
        .isSameAs(ActivationFunction.of("elu", 3).definition());
    assertThat(ActivationFunction.of("relu").definition()).hasToString("relu");
    assertThat(elu.formula()).isEqualTo("x above 0, alpha * (e^x - 1) below");
    assertThat(elu.parameters())
        .containsExactly(
            new Definition.ParameterDefinition("alpha", 1, 0, Double.NEGATIVE_INFINITY, 1e50));
    assertThat(Definition.named("SOFTMAX").elementwise()).isFalse();
    assertThat(Definition.all()).extracting(Definition::formula).doesNotContainNull();
  }

  /** A record that a definition cannot call: its accessor fails, and it is hidden. */
  @Formula("none")
  @SuppressWarnings("UnusedMethod")
  private record Broken(@Parameter(defaultValue = 1) double alpha) {
    @Override
    public double alpha() {
      throw new IllegalStateException("Accessor fails.");
    }
  }

  @Test
  void recordsThatCannotBeUsedAreNamed() {
    Definition broken = Definition.of(Broken.class);
    assertThatThrownBy(broken::create)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Broken");
    assertThatThrownBy(() -> broken.text(new Broken(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("alpha");
  }
}
