package io.normact.sql.column;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * How the columns of a stage hold its features. Scalar columns side by side are one part, which is
 * read, summed up and mapped at once. Each vector or array column is a part of its own.
 *
 * @param parts the parts, in the columns' order
 */
public record FeatureLayout(List<Part> parts) implements Serializable {

  /**
   * A run of scalar columns, or one vector or array column.
   *
   * @param start the first column
   * @param end the column after the last
   * @param scalar whether each column holds one feature
   */
  public record Part(int start, int end, boolean scalar) implements Serializable {

    /** How many columns it takes. */
    public int columns() {
      return end - start;
    }

    /** Its columns among all. */
    public <T> List<T> of(List<T> columns) {
      return columns.subList(start, end);
    }
  }

  /** The layout of columns of these kinds. */
  public static FeatureLayout of(List<ColumnKind> kinds) {
    return of(kinds, column -> true);
  }

  /**
   * The layout of columns of these kinds, where not all scalars side by side belong together.
   *
   * @param joins whether a scalar column goes on with the run that the one before it is in
   */
  public static FeatureLayout of(List<ColumnKind> kinds, IntPredicate joins) {
    List<Part> parts = new ArrayList<>();
    int end;
    for (int start = 0; start < kinds.size(); start = end) {
      boolean scalar = kinds.get(start).isScalar();
      end = start + 1;
      while (scalar && end < kinds.size() && kinds.get(end).isScalar() && joins.test(end)) {
        end++;
      }
      parts.add(new Part(start, end, scalar));
    }
    return new FeatureLayout(List.copyOf(parts));
  }

  /**
   * How many features each column holds.
   *
   * @param partWidth how many features the part of this number holds; not asked of scalars
   */
  public int[] columnWidths(IntUnaryOperator partWidth) {
    return IntStream.range(0, parts.size())
        .flatMap(
            p ->
                parts.get(p).scalar
                    ? IntStream.generate(() -> 1).limit(parts.get(p).columns())
                    : IntStream.of(partWidth.applyAsInt(p)))
        .toArray();
  }

  /** How many features each part holds, if the columns hold so many. */
  public int[] partWidths(int[] columnWidths) {
    return parts.stream()
        .mapToInt(part -> Arrays.stream(columnWidths, part.start, part.end).sum())
        .toArray();
  }
}
