package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.scoring.Scorer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels that are texts or booleans learn what their numbers learn, bit for bit. */
@Tag("thorough")
class LabelColumnTest {

  /**
   * Classes by rising bytes: capital letters, small ones, then those beyond ASCII, of which Java's
   * own order takes the last for smaller than the one before it.
   */
  private static final String CLASSES = "array('', 'B', 'a', '\uffee', '\ud83d\ude00')";

  private static Dataset<Row> data() {
    return LocalSpark.session()
        .range(0, 200, 1, 3)
        .selectExpr("id", "sin(id) + (id % 5) AS x", "cos(id) * (id % 2) AS y")
        .selectExpr(
            "*",
            "int(id % 5) AS class",
            "element_at(" + CLASSES + ", int(id % 5) + 1) AS name",
            "id % 2 = 1 AS odd",
            "int(id % 2) AS bit",
            "IF(id % 2 = 1, 'yes', 'no') AS answer",
            "IF(id < 190, 1, 0) AS w");
  }

  private static BatchNorm stage(String label) {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y"})
        .setOutputCols(new String[] {"xo", "yo"})
        .setActivation("tanh")
        .setLearn("supervised")
        .setMaxIter(6)
        .setLabelCol(label);
  }

  private static void assertLearnedAs(BatchNormModel actual, BatchNormModel expected) {
    assertThat(actual.gamma()).isEqualTo(expected.gamma());
    assertThat(actual.beta()).isEqualTo(expected.beta());
    assertThat(actual.summary().objectiveHistory())
        .isEqualTo(expected.summary().objectiveHistory());
    assertThat(actual.summary().loss()).isEqualTo(expected.summary().loss());
    assertThat(expected.gamma().apply(0)).isNotEqualTo(1);
  }

  @Test
  void textsAreNumberedInTheOrderOfTheirBytes() {
    BatchNormModel model = stage("name").fit(data());
    assertLearnedAs(model, stage("class").fit(data()));
    assertThat(model.summary().loss()).isEqualTo("softmax");
    assertThat(model.summary().classes()).containsExactly("", "B", "a", "\uffee", "\ud83d\ude00");
    assertThat(stage("class").fit(data()).summary().classes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"answer, auto", "answer, softmax", "answer, logistic", "odd, auto", "odd, squared"})
  void twoClassesLearnAsTheirNumbers(String label, String loss) {
    BatchNormModel model = stage(label).setLoss(loss).fit(data());
    assertLearnedAs(model, stage("bit").setLoss(loss).fit(data()));
    assertThat(model.summary().classes())
        .isEqualTo(label.equals("odd") ? List.of() : List.of("no", "yes"));
  }

  /**
   * A class whose rows don't count is none, be it by their weight or by what is invalid in them.
   */
  @Test
  void rowsThatDoNotCountHaveNoClass() {
    Dataset<Row> data =
        data()
            .selectExpr("*", "IF(id >= 190, 'far', answer) AS kind", "IF(id < 5, 'b', kind) AS k");
    assertLearnedAs(
        stage("kind").setWeightCol("w").fit(data), stage("bit").setWeightCol("w").fit(data));
    Dataset<Row> invalid = data.selectExpr("IF(id >= 190, NULL, x) AS x", "y", "kind", "bit");
    BatchNormModel skipped = stage("kind").setHandleInvalid("skip").fit(invalid);
    assertLearnedAs(skipped, stage("bit").setHandleInvalid("skip").fit(invalid));
    assertThat(skipped.summary().classes()).containsExactly("no", "yes");
    assertThat(stage("kind").setHandleInvalid("keep").fit(invalid).summary().classes())
        .containsExactly("far", "no", "yes");
  }

  @Test
  void classesAreSavedAndScored(@TempDir Path folder) throws Exception {
    BatchNormModel model = stage("answer").fit(data());
    String path = folder.resolve("model").toString();
    model.write().save(path);
    BatchNormModel loaded = BatchNormModel.load(path);
    assertThat(loaded.summary()).isEqualTo(model.summary());
    assertThat(loaded.update(data()).summary().classes()).containsExactly("no", "yes");
    assertThat(Scorer.load(path).inputs()).containsExactly("x", "y");
    for (String classes : List.of("[]", "[\"a\"]", "[\"a\",\"a\"]")) {
      assertThatThrownBy(
              () ->
                  BatchNormModel.ofParams(
                      Map.of(
                          "mean",
                          "[0.0]",
                          "variance",
                          "[1.0]",
                          "gamma",
                          "[1.0]",
                          "beta",
                          "[0.0]",
                          "labelClasses",
                          classes)))
          .hasMessageMatching(
              "Param labelClasses is .*, but must hold two different texts at least\\.");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "answer | squared | Label column 'answer' holds texts, but loss=squared needs numbers; set loss to auto, logistic or softmax.",
        "name | logistic | Label column 'name' holds 5 different texts, but loss=logistic needs two; set loss to auto or softmax.",
        "one | auto | Label column 'one' holds nothing but 'a', but learn=supervised needs two different labels at least.",
        "many | auto | Label column 'many' holds more than 100 different texts, but learn=supervised needs classes, 100 at most; is it an identifier, or are numbers read as texts?",
        "some | auto | Label column 'some' holds null in 40 of 200 rows, but learn=supervised needs a text in each; fill them in or drop these rows.",
        "none | softmax | Label column 'none' holds null in 200 of 200 rows, but learn=supervised needs a text in each; fill them in or drop these rows.",
        "day | auto | Label column 'day' is of type date, but must be a number, a boolean or a text.",
        "maybe | auto | Label column 'maybe' holds null, NaN or an infinity in 40 of 200 rows, but learn=supervised needs a number in each; fill them in or drop these rows."
      })
  void whatIsNoLabelIsRefused(String label, String loss, String message) {
    Dataset<Row> data =
        data()
            .selectExpr(
                "x",
                "y",
                "name",
                "answer",
                "'a' AS one",
                "string(id) AS many",
                "nullif(name, 'B') AS some",
                "string(NULL) AS none",
                "current_date() AS day",
                "IF(class = 1, NULL, odd) AS maybe");
    assertThatThrownBy(() -> stage(label).setLoss(loss).fit(data)).hasMessage(message);
  }

  /** A hundred classes are the most, and a class more is one too many. */
  @Test
  void aHundredClassesAreLearned() {
    Dataset<Row> data = data().selectExpr("x", "y", "format_string('%03d', id % 100) AS label");
    assertThat(stage("label").setMaxIter(1).fit(data).summary().classes()).hasSize(100).isSorted();
  }

  /** Every row has a class, but no row of a key is without it. */
  @Test
  void keysLearnFromTexts() {
    BatchNorm stage = stage("name").setKeyCols("odd");
    assertLearnedAs(stage.fit(data()), stage.setLabelCol("class").fit(data()));
  }
}
