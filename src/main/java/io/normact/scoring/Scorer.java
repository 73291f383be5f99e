package io.normact.scoring;

import io.normact.scoring.plan.Planner;
import io.normact.scoring.plan.RowKey;
import io.normact.scoring.plan.RowPlan;
import io.normact.scoring.plan.RowPlan.Column;
import io.normact.scoring.plan.SavedFolder;
import io.normact.scoring.plan.SavedStage;
import io.normact.text.Counted;
import io.normact.text.NameList;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Scores rows in plain Java, without Spark on the class path, by stages that Spark has saved. They
 * are a BatchNormModel, BatchNormInverse or Activation, or a PipelineModel of those;
 * VectorAssembler may stand among them. The results have the bits of {@code transform}.
 *
 * <pre>{@code
 * Scorer scorer = Scorer.load("models/breast-cancer");
 * double[] features = scorer.score(row);
 * }</pre>
 *
 * <p>A row holds the numbers of all columns that the stages read and don't make themselves, in the
 * order of {@link #inputs()}. The results are the numbers of all columns that a stage makes and no
 * later stage reads, in the order of {@link #outputs()}. A column holds one number, unless a model
 * was fitted on more or {@link #load(Path, Map)} says so. If the stages read a single column of
 * unknown width, rows of every length are taken.
 *
 * <p>{@code handleInvalid} means the following here. With {@code error} an invalid value is the
 * error that transform has. With {@code skip}, transform drops a row that holds an invalid value.
 * Here all results of such a row are NaN, those of {@code invalidIndicator} too. Where {@code
 * unknownKey} is invalid, a row of a key that the fit did not see is such a row. With {@code keep}
 * the formula is applied to NaN and infinity like to any number. With {@code mean} NaN and infinity
 * count as the mean. Give NaN for a null. An assembler's {@code error} and {@code skip} are about
 * NaN alone, as in Spark.
 *
 * <p>Rows of floats give what columns of floats give. All is computed in double, and each stage
 * rounds its results to float once. What comes out of an assembler is double until the end.
 *
 * <p>A scorer is immutable, and many threads may use it at once. Where the caller gives the array
 * for the results, nothing is allocated for a row, except by log_softmax and sparsemax. The row and
 * the array for the results may be the same array.
 */
public final class Scorer {

  private final List<SavedStage> stages;
  private final Map<String, Integer> widths;
  private final RowKey key;
  private final Planner planner;
  private volatile RowProgram program;
  private final List<String> inputs;
  private final List<String> outputs;

  private Scorer(List<SavedStage> stages, Map<String, Integer> widths, RowKey key) {
    this.stages = stages;
    this.widths = Map.copyOf(widths);
    this.key = key;
    planner = new Planner(stages, widths, key);
    // One number, until a row says it better.
    RowPlan plan = planner.plan(1);
    program = new RowProgram(plan);
    inputs = names(plan.inputs());
    outputs = names(plan.outputs());
  }

  /**
   * The scorer of what was saved in this folder.
   *
   * @param folder the folder
   * @return a scorer of rows
   * @throws IllegalArgumentException if nothing was saved there, there is another stage among what
   *     was saved, or it is damaged or takes more than the heap has room for
   * @throws java.io.UncheckedIOException if the folder can't be read
   */
  public static Scorer load(Path folder) {
    return load(folder, Map.of());
  }

  /**
   * The scorer of what was saved in this folder.
   *
   * @param folder the folder, on this machine
   * @return a scorer of rows
   * @throws IllegalArgumentException if nothing was saved there, there is another stage among what
   *     was saved, or it is damaged or takes more than the heap has room for
   * @throws java.io.UncheckedIOException if the folder can't be read
   */
  public static Scorer load(String folder) {
    return load(Path.of(given(folder, "folder", "the folder of a saved stage")));
  }

  /**
   * Loads the stages that were saved in a folder, where columns hold vectors or arrays of which no
   * stage knows the length.
   *
   * @param folder the folder
   * @param widths how many numbers such a column holds, by its name
   * @return a scorer of rows
   * @throws IllegalArgumentException if nothing was saved there, if what was saved is damaged, has
   *     a stage of another kind or takes more than the heap has room for, or if the stages don't
   *     read such a column
   */
  public static Scorer load(Path folder, Map<String, Integer> widths) {
    given(folder, "folder", "the folder of a saved stage");
    given(widths, "widths", "a map from columns to their widths");
    List<SavedStage> stages = SavedFolder.stages(folder);
    return new Scorer(stages, widths, RowKey.none(stages));
  }

  /**
   * Tells the columns of the key by which the stages normalise.
   *
   * @return the names, in the order of {@link #ofKey}; none where no stage has a key
   */
  public List<String> keyColumns() {
    return key.columns();
  }

  /**
   * Makes a scorer for the rows of one key, such as one store's, where stages have statistics by
   * key. It takes a few microseconds to make, so keep it for all rows of that key.
   *
   * @param values the values of {@link #keyColumns()}: numbers, texts, Boolean, LocalDate, Instant,
   *     LocalDateTime, BigDecimal, byte[] or null, as the column is in Spark
   * @return a scorer
   * @throws IllegalArgumentException if the number of values differs from that of the columns, if a
   *     value is of another type, or if the fit did not see the key and unknownKey is error
   */
  public Scorer ofKey(Object... values) {
    given(values, "values", "a value for each key column");
    return new Scorer(stages, widths, key.with(values));
  }

  private static <A> A given(A argument, String name, String expectation) {
    if (argument == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Argument %s is null, but must be %s.", name, expectation));
    }
    return argument;
  }

  private static List<String> names(List<Column> columns) {
    return columns.stream().map(Column::featureNames).flatMap(List::stream).toList();
  }

  /**
   * Tells the names of the numbers in a row: the column's name, with a position where it holds
   * several. Where rows of every length are taken it is the column's name alone.
   *
   * @return the names, in the order of the numbers
   */
  public List<String> inputs() {
    return inputs;
  }

  /**
   * Tells the names of the results, in the form of {@link #inputs()}.
   *
   * @return the names, in the order of the results
   */
  public List<String> outputs() {
    return outputs;
  }

  /**
   * Computes the results of a row.
   *
   * @param row the numbers
   * @return the results, in an array of the caller's own
   * @throws IllegalArgumentException if the row is null or of another length, or holds a value that
   *     handleInvalid=error rejects
   */
  public double[] score(double[] row) {
    RowProgram fitting = fitting(length(row, row == null ? 0 : row.length));
    double[] out = new double[fitting.outputs()];
    fitting.score(row, out);
    return out;
  }

  /**
   * Computes the results of a row and puts them into an array of exactly their number.
   *
   * @param row the numbers
   * @param out where the results go; may be the row
   * @throws IllegalArgumentException if an array is null or of another length, or the row holds a
   *     value that handleInvalid=error rejects
   */
  public void score(double[] row, double[] out) {
    RowProgram fitting = fitting(length(row, row == null ? 0 : row.length));
    checkOut(fitting, out, out == null ? 0 : out.length);
    fitting.score(row, out);
  }

  /**
   * Computes the results of a row of floats, as floats.
   *
   * @param row the numbers
   * @return the results, in an array of the caller's own
   * @throws IllegalArgumentException if an array is null or of another length, or the row holds a
   *     value that handleInvalid=error rejects
   */
  public float[] score(float[] row) {
    RowProgram fitting = fitting(length(row, row == null ? 0 : row.length));
    float[] out = new float[fitting.outputs()];
    fitting.score(row, out);
    return out;
  }

  /**
   * Computes the results of a row of floats and puts them into an array of exactly their number.
   *
   * @param row the numbers
   * @param out where the results go; may be the row
   * @throws IllegalArgumentException if an array is null or of another length, or the row holds a
   *     value that handleInvalid=error rejects
   */
  public void score(float[] row, float[] out) {
    RowProgram fitting = fitting(length(row, row == null ? 0 : row.length));
    checkOut(fitting, out, out == null ? 0 : out.length);
    fitting.score(row, out);
  }

  /**
   * Computes the results of a sparse row, which is 0 but for some numbers. The array gets all
   * results, zeros included.
   *
   * @param length how long the row is
   * @param indices the positions of the numbers, each above the one before it
   * @param values the numbers
   * @param out where the results go
   * @throws IllegalArgumentException if an array is null, if there are not as many positions as
   *     values, if a position is not in the row or not in order, if the row or {@code out} has
   *     another length than the stages need, or if the row holds a value that handleInvalid=error
   *     rejects
   */
  public void score(int length, int[] indices, double[] values, double[] out) {
    given(indices, "indices", "the positions of the values");
    given(values, "values", "an array with a number for each position");
    if (indices.length != values.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The row has %s, but %s; it needs one for each.",
              Counted.of(indices.length, "position"),
              Counted.of(values.length, "value")));
    }
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= length || (i > 0 && indices[i] <= indices[i - 1])) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "The row has the position %d at %d, but positions rise and are from 0 to %d.",
                indices[i],
                i,
                length - 1));
      }
    }
    RowProgram fitting = fitting(length);
    checkOut(fitting, out, out == null ? 0 : out.length);
    double[] row = fitting.row();
    Arrays.fill(row, 0);
    for (int i = 0; i < indices.length; i++) {
      row[indices[i]] = values[i];
    }
    fitting.score(row, out);
  }

  private static int length(Object row, int length) {
    given(row, "row", "an array with a number for each input");
    return length;
  }

  private RowProgram fitting(int length) {
    if (!key.suffices()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The stages normalise by the key %s, but none is given; score by ofKey.",
              NameList.of(key.columns())));
    }
    RowProgram current = program;
    if (current.inputs() == length) {
      return current;
    }
    if (planner.openColumn() == null || length < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The row holds %s, but must hold %s.",
              Counted.of(length, "number"),
              planner.openColumn() == null ? Integer.toString(current.inputs()) : "at least 1"));
    }
    RowProgram other = new RowProgram(planner.plan(length));
    program = other;
    return other;
  }

  private static void checkOut(RowProgram fitting, Object out, int length) {
    given(out, "out", "an array with room for each output");
    if (length != fitting.outputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The array for the results has room for %d, but there are %d.",
              length,
              fitting.outputs()));
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "Scorer: inputs=%d, outputs=%d", inputs.size(), outputs.size());
  }
}
