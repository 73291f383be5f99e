package io.normact.scoring.plan;

import io.normact.math.row.FeatureNames;
import java.util.List;

/**
 * Stages as steps over blocks of numbers. Block 0 is the row that comes in; step i fills block
 * {@code i + 1} from blocks before it.
 *
 * @param inputs the columns that the row consists of, in this order
 * @param steps the steps
 * @param outputs the columns that stages make and no stage takes up
 */
public record RowPlan(List<Column> inputs, List<Step> steps, List<Column> outputs) {

  /**
   * Numbers side by side in a block.
   *
   * @param block the block
   * @param from the first
   * @param length how many
   */
  public record Segment(int block, int from, int length) {}

  /**
   * A column of one number or several.
   *
   * @param name the name
   * @param segments where its numbers are
   * @param single whether it is of floats where the inputs are, so that its numbers are rounded
   */
  public record Column(String name, List<Segment> segments, boolean single) {
    /** How many numbers a row of it holds. */
    public int width() {
      return segments.stream().mapToInt(Segment::length).sum();
    }

    /** The names of its numbers: its own, with positions where there are several. */
    public List<String> featureNames() {
      return FeatureNames.of(name, width());
    }
  }

  /**
   * A function of some features.
   *
   * @param stage the stage, for messages
   * @param columns the columns that the features are of, one for each feature
   * @param sources where the features are
   * @param function what is done to them
   * @param invalid what becomes of invalid values
   * @param single which outputs are rounded to float where the inputs are floats
   */
  public record Step(
      String stage,
      List<String> columns,
      List<Segment> sources,
      StageFunction function,
      InvalidRows invalid,
      List<Boolean> single) {
    /** How many features it is of. */
    public int width() {
      return columns.size();
    }
  }

  /** How many numbers a row holds. */
  public int width() {
    return width(inputs);
  }

  /** How many numbers the columns hold together. */
  public static int width(List<Column> columns) {
    return columns.stream().mapToInt(Column::width).sum();
  }
}
